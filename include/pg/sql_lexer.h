// The tokens of an SQL script, as the server's own lexer sees them (standard_conforming_strings
// on). Blanks and comments are left out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pg {

struct SqlToken {
  enum class Kind {
    kWord,        // a bare name or keyword; with what belongs to it: x$y
    kQuotedName,  // with its quotes
    kString,      // with its quotes, of any kind but dollars; E'' with the E
    kDollarString,
    kNumber,
    kOther,  // one byte: a part of an operator, a bracket, a semicolon
  };
  Kind kind = Kind::kOther;
  std::string_view text;  // a view into the script
  int line = 1;           // where it begins

  bool Is(char byte) const { return kind == Kind::kOther && text.front() == byte; }
  // A bare word, whatever its case; `word` in lower case.
  bool Is(std::string_view word) const;
};

class SqlLexer {
 public:
  // `script` must outlive the lexer and its tokens.
  explicit SqlLexer(std::string_view script) : script_(script) {}

  // nullopt at the end. Throws base::Error `unterminated … at line N`.
  std::optional<SqlToken> Next();

  std::size_t offset() const { return at_; }  // of the byte after the last token
  int line() const { return line_; }
  // The bytes of the line from here on, without its end; the next token comes from the next line.
  // nullopt at the end of the script.
  std::optional<std::string_view> TakeLine();

 private:
  char Peek(std::size_t ahead = 0) const;
  void Advance(std::size_t count = 1);
  bool SkipBlank();
  void BlockComment();
  SqlToken::Kind TakeToken();
  SqlToken::Kind Word();
  void String(bool escapes);
  bool Continues();
  void QuotedName();
  std::size_t DollarTagLength() const;
  void DollarString();

  std::string_view script_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace pg
