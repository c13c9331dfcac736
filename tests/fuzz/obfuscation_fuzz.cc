// What handler obfuscate reads: its file, JSON in columns, and events that it writes again. The
// first byte chooses which.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "londiste/apply/rewritten_event.h"
#include "londiste/copy/rewritten_rows.h"
#include "londiste/handlers/hidden_json.h"

using namespace londiste;

namespace {

// A value that holds the word is changed, so that it must not be found in what comes out.
class NoSecrets final : public handlers::Handler {
 public:
  bool rewrites_rows() const override { return true; }
  handlers::ColumnRewrite Rewrite(std::string_view column) const override {
    if (column == "gone") return {.leave_out = true};
    return {.value = [](std::optional<std::string>& value) {
      if (value) value = std::to_string(value->size());
    }};
  }
};

void ReadEvent(std::uint8_t choice, std::string_view text) {
  static constexpr std::array<std::string_view, 6> kTypes{
      "I:id", "D:id", "I", "U", "D", R"({"op":"UPDATE","table":["public","t"],"pkey":["id"]})"};
  static const NoSecrets handler;
  static apply::EventRewriter rewriter(handler, "public.t");
  pgq::Event event;
  event.type = kTypes[choice % kTypes.size()];
  event.data = text;
  event.extra2 = text;
  const pgq::Event rewritten = rewriter.Rewrite(event);
  // What it writes can be read, has the same operation, and no row that is left out.
  apply::RowEvent before, after;
  before.Decode(*event.type, *event.data);
  after.Decode(*rewritten.type, *rewritten.data);
  if (before.operation() != after.operation() || after.is_raw_sql()) std::abort();
  for (const apply::RowColumn& column : after.columns())
    if (column.name == "gone") std::abort();
}

void ReadJson(const std::string& text) {
  static const auto map = handlers::ObfuscationMap::Parse(
      "t:\n  c: {a: keep, b: hash, c: hash32, d: bool, e: {f: keep}}\n", "map.yaml", "k");
  const handlers::HidingRule& rule = map.Find("t")->at("c");
  (void)handlers::HideInJson(handlers::HideInJson(text, rule, "k"), rule, "k");  // it is JSON again
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    switch (data[0] % 4) {
      case 0:
        (void)handlers::ObfuscationMap::Parse(text, "map.yaml", "k");
        break;
      case 1:
        ReadJson(text);
        break;
      case 2:
        (void)copy::FromCopyText(text);
        break;
      default:
        ReadEvent(data[0] / 4, text);
    }
  } catch (const base::Error&) {
  }
  return 0;
}
