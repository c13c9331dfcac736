// SQL fragments as sqltriga writes them. They are taken apart, so that they go through the same
// plans as the other formats; a fragment of any other shape (an own trigger's) is handed on as it
// is.
#include <optional>

#include "londiste/apply/row_decoder.h"

namespace londiste::apply {
namespace {

class FragmentReader {
 public:
  FragmentReader(RowDecoder& decoder, std::string_view text) : decoder_(decoder), rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }

  bool Take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  std::optional<std::string_view> Name() {
    if (Take("\"")) return Quoted('"', false);
    std::size_t end = 0;
    while (end < rest_.size() && IsNameByte(rest_[end])) ++end;
    if (end == 0) return std::nullopt;
    const std::string_view name = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return name;
  }

  // False: not a value. `value` stays nullptr for NULL.
  bool Value(const char*& value) {
    value = nullptr;
    if (Take("null") || Take("NULL")) return true;
    const bool escapes = Take("E'");
    if (!escapes && !Take("'")) return false;
    if (!Quoted('\'', escapes)) return false;
    value = decoder_.TakeValue();
    return true;
  }

  // `name=value`
  bool Pair(std::string_view& name, const char*& value) {
    const auto found = Name();
    if (!found || !Take("=")) return false;
    name = *found;
    return Value(value);
  }

 private:
  static bool IsNameByte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
  }

  // Up to the closing quote, which is taken as well; a doubled quote stands for one.
  std::optional<std::string_view> Quoted(char quote, bool escapes) {
    decoder_.Begin();
    std::string& out = decoder_.buffer();
    for (std::size_t at = 0; at < rest_.size(); ++at) {
      const char c = rest_[at];
      const bool again = at + 1 < rest_.size() && rest_[at + 1] == c;
      if (c == quote && !again) {
        rest_.remove_prefix(at + 1);
        return decoder_.TakeName();
      }
      if (c == quote) ++at;
      if (escapes && c == '\\') {
        if (!again) return std::nullopt;  // quote_literal writes no other escape
        ++at;
      }
      out += c;
    }
    return std::nullopt;
  }

  RowDecoder& decoder_;
  std::string_view rest_;
};

bool DecodeInsert(RowDecoder& decoder, std::string_view data) {
  FragmentReader reader(decoder, data);
  std::vector<std::string_view> names;
  if (!reader.Take("(")) return false;
  do {
    const auto name = reader.Name();
    if (!name) return false;
    names.push_back(*name);
  } while (reader.Take(","));
  if (!reader.Take(") values (")) return false;
  for (std::size_t at = 0; at < names.size(); ++at) {
    const char* value = nullptr;
    if ((at > 0 && !reader.Take(",")) || !reader.Value(value)) return false;
    decoder.AddColumn(names[at], value);
  }
  return reader.Take(")") && reader.AtEnd();
}

bool DecodeWhere(RowDecoder& decoder, FragmentReader& reader) {
  do {
    std::string_view name;
    const char* value = nullptr;
    if (!reader.Pair(name, value) || value == nullptr) return false;
    decoder.AddKey(name);
    decoder.AddColumn(name, value);
  } while (reader.Take(" and "));
  return reader.AtEnd();
}

// The new values first. A key column may come twice: its new value, and the old one in the
// condition.
bool DecodeUpdate(RowDecoder& decoder, std::string_view data) {
  FragmentReader reader(decoder, data);
  do {
    std::string_view name;
    const char* value = nullptr;
    if (!reader.Pair(name, value)) return false;
    decoder.AddColumn(name, value);
  } while (reader.Take(","));
  decoder.BeginCondition();
  if (!reader.Take(" where ") || !DecodeWhere(decoder, reader)) return false;
  decoder.FindKeyChange();
  return true;
}

bool DecodeDelete(RowDecoder& decoder, std::string_view data) {
  FragmentReader reader(decoder, data);
  return DecodeWhere(decoder, reader);
}

}  // namespace

void DecodeSqlFragment(RowDecoder& decoder, Operation operation, std::string_view data) {
  const bool understood = operation == Operation::kInsert   ? DecodeInsert(decoder, data)
                          : operation == Operation::kUpdate ? DecodeUpdate(decoder, data)
                                                            : DecodeDelete(decoder, data);
  if (!understood) decoder.SetRawSql(data);
}

}  // namespace londiste::apply
