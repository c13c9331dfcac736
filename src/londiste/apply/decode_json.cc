// JSON events as jsontriga writes them: {"op":"UPDATE","table":["public","t"],"pkey":["id"]} in the
// type, a flat object in the data.
#include "base/error.h"
#include "londiste/apply/row_decoder.h"

namespace londiste::apply {
namespace {

void AppendUtf8(std::string& out, unsigned code) {
  const auto byte = [&](unsigned value) { out += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 0x3F)), byte(0x80 | (code >> 6 & 0x3F)),
        byte(0x80 | (code & 0x3F));
  }
}

class JsonReader {
 public:
  JsonReader(RowDecoder& decoder, std::string_view text) : decoder_(decoder), text_(text) {}

  void Expect(char c) {
    if (!Take(c)) Fail();
  }
  bool Take(char c) {
    SkipBlanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void ExpectEnd() {
    SkipBlanks();
    if (at_ != text_.size()) Fail();
  }

  // A string, decoded into the row's buffer; taken by the caller as name or value.
  void String() {
    Expect('"');
    decoder_.Begin();
    std::string& out = decoder_.buffer();
    for (;;) {
      const char c = Byte();
      if (c == '"') return;
      if (c == '\\') {
        Escape(out);
      } else {
        out += c;
      }
    }
  }

  // Any value: strings decoded, null as nullptr, everything else as its own text (numbers, true,
  // nested objects).
  const char* Value() {
    SkipBlanks();
    if (at_ < text_.size() && text_[at_] == '"') {
      String();
      return decoder_.TakeValue();
    }
    const std::size_t start = at_;
    SkipValue();
    const std::string_view raw = text_.substr(start, at_ - start);
    if (raw.empty()) Fail();
    if (raw == "null") return nullptr;
    decoder_.Begin();
    decoder_.buffer() += raw;
    return decoder_.TakeValue();
  }

 private:
  [[noreturn]] void Fail() const {
    throw base::Error("invalid JSON at byte " + std::to_string(at_));
  }

  char Byte() {
    if (at_ >= text_.size()) Fail();
    return text_[at_++];
  }

  void SkipBlanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }

  // To the comma or bracket that ends the value, over nested ones.
  void SkipValue() {
    int depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        SkipString();
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if (c == '}' || c == ']') {
        if (depth-- == 0) return;
      } else if (depth == 0 && (c == ',' || c == ' ' || c == '\n' || c == '\t' || c == '\r')) {
        return;
      }
    }
  }

  // From the opening quote to the closing one.
  void SkipString() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    if (at_ >= text_.size()) Fail();
  }

  unsigned Hex4() {
    unsigned code = 0;
    for (int digit = 0; digit < 4; ++digit) {
      const char c = Byte();
      code <<= 4;
      if (c >= '0' && c <= '9') {
        code |= static_cast<unsigned>(c - '0');
      } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
        code |= static_cast<unsigned>((c | 0x20) - 'a' + 10);
      } else {
        Fail();
      }
    }
    return code;
  }

  void Escape(std::string& out) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt";
    static constexpr std::string_view kBytes = "\"\\/\b\f\n\r\t";
    const char c = Byte();
    const auto known = kLetters.find(c);
    if (known != std::string_view::npos) {
      out += kBytes[known];
      return;
    }
    if (c != 'u') Fail();
    unsigned code = Hex4();
    if (code >= 0xD800 && code < 0xDC00) {
      if (Byte() != '\\' || Byte() != 'u') Fail();
      const unsigned low = Hex4();
      if (low < 0xDC00 || low >= 0xE000) Fail();
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    AppendUtf8(out, code);
  }

  RowDecoder& decoder_;
  std::string_view text_;
  std::size_t at_ = 0;
};

void DecodeKeys(JsonReader& reader, RowDecoder& decoder) {
  reader.Expect('[');
  if (reader.Take(']')) return;
  do {
    reader.String();
    decoder.AddKey(decoder.TakeName());
  } while (reader.Take(','));
  reader.Expect(']');
}

void DecodeType(RowDecoder& decoder, std::string_view type) {
  JsonReader reader(decoder, type);
  bool has_operation = false;
  reader.Expect('{');
  do {
    reader.String();
    const std::string_view name = decoder.TakeName();
    reader.Expect(':');
    if (name == "pkey") {
      DecodeKeys(reader, decoder);
      continue;
    }
    const char* value = reader.Value();
    if (name != "op") continue;
    if (value == nullptr) throw base::Error("the event has no operation");
    decoder.SetOperation(OperationFromLetter(*value));
    has_operation = true;
  } while (reader.Take(','));
  reader.Expect('}');
  reader.ExpectEnd();
  if (!has_operation) throw base::Error("the event has no operation");
}

}  // namespace

void DecodeJson(RowDecoder& decoder, std::string_view type, std::string_view data) {
  DecodeType(decoder, type);
  JsonReader reader(decoder, data);
  reader.Expect('{');
  if (!reader.Take('}')) {
    do {
      reader.String();
      const std::string_view name = decoder.TakeName();
      reader.Expect(':');
      const char* value = reader.Value();
      decoder.AddColumn(name, value);
    } while (reader.Take(','));
    reader.Expect('}');
  }
  reader.ExpectEnd();
}

}  // namespace londiste::apply
