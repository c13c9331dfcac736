#include "pg/statement_splitter.h"

#include <algorithm>

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

class Splitter {
 public:
  explicit Splitter(std::string_view script) : script_(script) {}

  std::vector<ScriptStatement> Run() {
    while (at_ < script_.size()) Token();
    EndStatement();
    return std::move(statements_);
  }

 private:
  char Peek(std::size_t ahead = 0) const {
    return at_ + ahead < script_.size() ? script_[at_ + ahead] : '\0';
  }

  void Advance(std::size_t count = 1) {
    for (; count > 0 && at_ < script_.size(); --count, ++at_) {
      if (script_[at_] == '\n') ++line_;
    }
  }

  [[noreturn]] static void Unterminated(const char* what, int line) {
    throw base::Error("unterminated " + std::string(what) + " at line " + std::to_string(line));
  }

  void Token() {
    const char c = Peek();
    if (IsSpace(c)) {
      Advance();
    } else if (c == '-' && Peek(1) == '-') {
      LineComment();
    } else if (c == '/' && Peek(1) == '*') {
      BlockComment();
    } else if (c == ';' && parentheses_ == 0 && blocks_ == 0) {
      EndStatement();
      Advance();
    } else {
      StartStatement();
      TokenOfStatement(c);
    }
  }

  void TokenOfStatement(char c) {
    if (IsWordStart(c)) {
      Word();
    } else if (IsDigit(c)) {
      while (IsWordByte(Peek()) || Peek() == '.') Advance();
    } else if (c == '\'') {
      String(false);
    } else if (c == '"') {
      QuotedName();
    } else if (c == '$' && DollarTagLength() > 0) {
      DollarString();
    } else {
      if (c == '(') ++parentheses_;
      if (c == ')') parentheses_ = std::max(0, parentheses_ - 1);
      Advance();
    }
  }

  void StartStatement() {
    if (in_statement_) return;
    in_statement_ = true;
    start_ = at_;
    current_ = {};
    current_.line = line_;
  }

  void EndStatement() {
    if (in_statement_) {
      std::string_view text = script_.substr(start_, at_ - start_);
      while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
      current_.text = text;
      statements_.push_back(std::move(current_));
    }
    in_statement_ = false;
    parentheses_ = blocks_ = 0;
  }

  void LineComment() {
    while (at_ < script_.size() && Peek() != '\n') Advance();
  }

  void BlockComment() {
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

  void Word() {
    const std::size_t start = at_;
    while (IsWordByte(Peek())) Advance();
    const std::string word = base::LowerCase(script_.substr(start, at_ - start));
    if (word == "e" && Peek() == '\'') {
      String(true);
      return;
    }
    if (parentheses_ > 0) return;
    FollowBlocks(word);
    current_.words.push_back(word);
  }

  // The body of an SQL-standard function is the only place outside parentheses where semicolons do
  // not end a statement.
  void FollowBlocks(const std::string& word) {
    if (blocks_ > 0) {
      if (word == "begin" || word == "case") ++blocks_;
      if (word == "end") --blocks_;
    } else if (word == "atomic" && !current_.words.empty() && current_.words.back() == "begin" &&
               IsRoutineDefinition()) {
      ++blocks_;
    }
  }

  bool IsRoutineDefinition() const {
    const auto& words = current_.words;
    std::size_t at = 1;
    if (words.empty() || words[0] != "create") return false;
    if (words.size() > 2 && words[1] == "or" && words[2] == "replace") at = 3;
    return words.size() > at && (words[at] == "function" || words[at] == "procedure");
  }

  void String(bool escapes) {
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

  // 'a' newline 'b' is one literal, and its second half has the first one's rules. Moves to the
  // next quote when there is one.
  bool Continues() {
    std::size_t next = at_;
    bool newline = false;
    while (next < script_.size() && IsSpace(script_[next]))
      newline = script_[next++] == '\n' || newline;
    if (!newline || next >= script_.size() || script_[next] != '\'') return false;
    Advance(next - at_);
    return true;
  }

  void QuotedName() {
    const int line = line_;
    for (Advance(); Peek() != '"'; Advance()) {
      if (at_ >= script_.size()) Unterminated("quoted identifier", line);
    }
    Advance();  // a doubled quote just begins another one
  }

  // Length of `$tag$` here, or 0.
  std::size_t DollarTagLength() const {
    std::size_t length = 1;
    if (IsDigit(Peek(1))) return 0;
    while (IsWordByte(Peek(length)) && Peek(length) != '$') ++length;
    return Peek(length) == '$' ? length + 1 : 0;
  }

  void DollarString() {
    const int line = line_;
    const std::string_view tag = script_.substr(at_, DollarTagLength());
    const auto end = script_.find(tag, at_ + tag.size());
    if (end == std::string_view::npos) Unterminated("dollar-quoted string", line);
    Advance(end + tag.size() - at_);
  }

  std::string_view script_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool in_statement_ = false;
  std::size_t start_ = 0;
  int parentheses_ = 0;
  int blocks_ = 0;
  ScriptStatement current_;
  std::vector<ScriptStatement> statements_;
};

}  // namespace

std::vector<ScriptStatement> SplitStatements(std::string_view script) {
  return Splitter(script).Run();
}

}  // namespace pg
