#include "londiste/apply/origin_text.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"
#include "pgq/urlencode.h"

namespace londiste::apply {
namespace {

// PostgreSQL's names of server encodings where iconv has another one.
constexpr auto kNames = std::to_array<std::pair<std::string_view, const char*>>({
    {"LATIN1", "ISO-8859-1"},
    {"LATIN2", "ISO-8859-2"},
    {"LATIN3", "ISO-8859-3"},
    {"LATIN4", "ISO-8859-4"},
    {"LATIN5", "ISO-8859-9"},
    {"LATIN6", "ISO-8859-10"},
    {"LATIN7", "ISO-8859-13"},
    {"LATIN8", "ISO-8859-14"},
    {"LATIN9", "ISO-8859-15"},
    {"LATIN10", "ISO-8859-16"},
    {"ISO_8859_5", "ISO-8859-5"},
    {"ISO_8859_6", "ISO-8859-6"},
    {"ISO_8859_7", "ISO-8859-7"},
    {"ISO_8859_8", "ISO-8859-8"},
    {"KOI8R", "KOI8-R"},
    {"KOI8U", "KOI8-U"},
    {"WIN866", "CP866"},
    {"WIN874", "CP874"},
    {"WIN1250", "CP1250"},
    {"WIN1251", "CP1251"},
    {"WIN1252", "CP1252"},
    {"WIN1253", "CP1253"},
    {"WIN1254", "CP1254"},
    {"WIN1255", "CP1255"},
    {"WIN1256", "CP1256"},
    {"WIN1257", "CP1257"},
    {"WIN1258", "CP1258"},
    {"EUC_JP", "EUC-JP"},
    {"EUC_JIS_2004", "EUC-JISX0213"},
    {"EUC_CN", "EUC-CN"},
    {"EUC_KR", "EUC-KR"},
    {"EUC_TW", "EUC-TW"},
});

// A byte beyond ASCII, percent-encoded.
bool HasHighByte(std::string_view data) {
  for (std::size_t at = data.find('%'); at != std::string_view::npos; at = data.find('%', at + 1))
    if (at + 1 < data.size() && (data[at + 1] >= '8')) return true;  // 8, 9, a-f, A-F
  return false;
}

}  // namespace

class OriginText::Converter {
 public:
  explicit Converter(const std::string& encoding) {
    const auto name =
        std::ranges::find(kNames, encoding, [](const auto& pair) { return pair.first; });
    if (name != kNames.end()) state_ = iconv_open("UTF-8", name->second);
    if (state_ == kNone)
      throw base::Error("could not convert text from encoding " + encoding + " to UTF8");
  }
  ~Converter() { iconv_close(state_); }
  Converter(const Converter&) = delete;

  // False: not text in the encoding.
  bool Convert(std::string& text) {
    std::string out(4 * text.size(), '\0');
    char* from = text.data();
    char* to = out.data();
    std::size_t from_left = text.size(), to_left = out.size();
    iconv(state_, nullptr, nullptr, nullptr, nullptr);
    if (iconv(state_, &from, &from_left, &to, &to_left) != 0) return false;
    out.resize(out.size() - to_left);
    text = std::move(out);
    return true;
  }

 private:
  static inline const iconv_t kNone = reinterpret_cast<iconv_t>(-1);
  iconv_t state_ = kNone;
};

OriginText::OriginText(std::string encoding, Rule rule)
    : encoding_(std::move(encoding)),
      rule_(rule),
      converter_(std::make_unique<Converter>(encoding_)) {}

OriginText::~OriginText() = default;

std::vector<std::string> OriginText::Encodings() {
  std::vector<std::string> names;
  for (const auto& pair : kNames) names.emplace_back(pair.first);
  return names;
}

std::optional<std::string> OriginText::ToUtf8(std::string_view data) const {
  if (!HasHighByte(data)) return std::nullopt;
  const auto convert = [&](std::string& text) {
    if (rule_ == Rule::kInvalid && base::IsUtf8(text)) return;
    if (!converter_->Convert(text))
      throw base::Error("\"" + base::PrintableUtf8(text) + "\" is not text in encoding " +
                        encoding_);
  };
  std::vector<pgq::Field> row = pgq::DecodeRow(data);
  for (pgq::Field& field : row) {
    convert(field.name);
    if (field.value) convert(*field.value);
  }
  return pgq::EncodeRow(row);
}

}  // namespace londiste::apply
