#include "pg/sql_lexer.h"

#include "base/error.h"
#include "base/text.h"

namespace pg {
namespace {

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsWordByte(char c) { return IsWordStart(c) || IsDigit(c) || c == '$'; }

[[noreturn]] void Unterminated(const char* what, int line) {
  throw base::Error("unterminated " + std::string(what) + " at line " + std::to_string(line));
}

}  // namespace

bool SqlToken::Is(std::string_view word) const {
  return kind == Kind::kWord && base::LowerCase(text) == word;
}

std::optional<SqlToken> SqlLexer::Next() {
  while (SkipBlank()) {
  }
  if (at_ >= script_.size()) return std::nullopt;
  SqlToken token;
  token.line = line_;
  const std::size_t start = at_;
  token.kind = TakeToken();
  token.text = script_.substr(start, at_ - start);
  return token;
}

std::optional<std::string_view> SqlLexer::TakeLine() {
  if (at_ >= script_.size()) return std::nullopt;
  const std::string_view rest = script_.substr(at_);
  const std::string_view text = rest.substr(0, rest.find('\n'));
  Advance(text.size() + 1);
  return text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
}

char SqlLexer::Peek(std::size_t ahead) const {
  return at_ + ahead < script_.size() ? script_[at_ + ahead] : '\0';
}

void SqlLexer::Advance(std::size_t count) {
  for (; count > 0 && at_ < script_.size(); --count, ++at_) {
    if (script_[at_] == '\n') ++line_;
  }
}

bool SqlLexer::SkipBlank() {
  if (at_ < script_.size() && IsSpace(Peek())) {
    Advance();
  } else if (Peek() == '-' && Peek(1) == '-') {
    while (at_ < script_.size() && Peek() != '\n') Advance();
  } else if (Peek() == '/' && Peek(1) == '*') {
    BlockComment();
  } else {
    return false;
  }
  return true;
}

void SqlLexer::BlockComment() {
  const int line = line_;
  int depth = 0;
  do {
    if (at_ >= script_.size()) Unterminated("comment", line);
    if (Peek() == '/' && Peek(1) == '*') {
      ++depth;
      Advance(2);
    } else if (Peek() == '*' && Peek(1) == '/') {
      --depth;
      Advance(2);
    } else {
      Advance();
    }
  } while (depth > 0);
}

SqlToken::Kind SqlLexer::TakeToken() {
  const char c = Peek();
  if (IsWordStart(c)) return Word();
  if (IsDigit(c)) {
    while (IsWordByte(Peek()) || Peek() == '.') Advance();
    return SqlToken::Kind::kNumber;
  }
  if (c == '\'') {
    String(false);
    return SqlToken::Kind::kString;
  }
  if (c == '"') {
    QuotedName();
    return SqlToken::Kind::kQuotedName;
  }
  if (c == '$' && DollarTagLength() > 0) {
    DollarString();
    return SqlToken::Kind::kDollarString;
  }
  Advance();
  return SqlToken::Kind::kOther;
}

SqlToken::Kind SqlLexer::Word() {
  const std::size_t start = at_;
  while (IsWordByte(Peek())) Advance();
  const bool escapes = at_ == start + 1 && (script_[start] == 'e' || script_[start] == 'E');
  if (!escapes || Peek() != '\'') return SqlToken::Kind::kWord;
  String(true);
  return SqlToken::Kind::kString;
}

void SqlLexer::String(bool escapes) {
  const int line = line_;
  do {
    Advance();
    for (;;) {
      if (at_ >= script_.size()) Unterminated("quoted string", line);
      const char c = Peek();
      if (escapes && c == '\\') {
        Advance(2);
      } else if (c == '\'' && Peek(1) == '\'') {
        Advance(2);
      } else if (c == '\'') {
        break;
      } else {
        Advance();
      }
    }
    Advance();
  } while (escapes && Continues());
}

// 'a' newline 'b' is one literal, and its second half has the first one's rules. Moves to the next
// quote when there is one.
bool SqlLexer::Continues() {
  std::size_t next = at_;
  bool newline = false;
  while (next < script_.size() && IsSpace(script_[next]))
    newline = script_[next++] == '\n' || newline;
  if (!newline || next >= script_.size() || script_[next] != '\'') return false;
  Advance(next - at_);
  return true;
}

void SqlLexer::QuotedName() {
  const int line = line_;
  for (Advance(); Peek() != '"'; Advance()) {
    if (at_ >= script_.size()) Unterminated("quoted identifier", line);
  }
  Advance();  // a doubled quote just begins another one
}

// Length of `$tag$` here, or 0.
std::size_t SqlLexer::DollarTagLength() const {
  std::size_t length = 1;
  if (IsDigit(Peek(1))) return 0;
  while (IsWordByte(Peek(length)) && Peek(length) != '$') ++length;
  return Peek(length) == '$' ? length + 1 : 0;
}

void SqlLexer::DollarString() {
  const int line = line_;
  const std::string_view tag = script_.substr(at_, DollarTagLength());
  const auto end = script_.find(tag, at_ + tag.size());
  if (end == std::string_view::npos) Unterminated("dollar-quoted string", line);
  Advance(end + tag.size() - at_);
}

}  // namespace pg
