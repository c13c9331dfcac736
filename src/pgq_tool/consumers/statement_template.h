// dst_query: a statement with places for values of an event, `%(name)s` as in SkyTools.
//
// Values become literals, in quotes, of no type of their own, NULL without. A place inside quotes
// or a comment is refused when the template is read, so a value cannot become anything else than a
// value.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgq_tool::consumers {

class StatementTemplate {
 public:
  // Throws base::Error: `%` that is neither `%(name)s` nor `%%`; a place inside a quoted string, a
  // quoted name or a comment; unterminated strings; a statement that begins or ends a transaction.
  static StatementTemplate Parse(std::string_view text);

  // In the order of the text, repeated ones too.
  std::vector<std::string> Names() const;
  // `value` gives the value of a name, and throws for one that there is not. Throws base::Error for
  // a value with a NUL byte, which would end the statement.
  using Value = std::function<std::optional<std::string>(const std::string& name)>;
  std::string Expand(const Value& value) const;

 private:
  struct Piece {
    std::string text;                 // before the place
    std::optional<std::string> name;  // unset: the end
  };
  std::vector<Piece> pieces_;
};

// Throws base::Error for a script that begins or ends a transaction: its effects would leave the
// one that they belong to.
void RefuseTransactions(const std::string& script);

}  // namespace pgq_tool::consumers
