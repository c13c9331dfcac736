#include "pg/statement_splitter.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "pg/sql_lexer.h"

namespace pg {
namespace {

class Splitter {
 public:
  explicit Splitter(std::string_view script) : script_(script), lexer_(script) {}

  std::vector<ScriptStatement> Run() {
    while (const auto token = lexer_.Next()) Take(*token);
    EndStatement(script_.size());
    return std::move(statements_);
  }

 private:
  void Take(const SqlToken& token) {
    if (token.Is('\\')) RefuseMetaCommand(token);
    if (token.Is(';') && parentheses_ == 0 && blocks_ == 0) {
      EndStatement(OffsetOf(token));
      if (!statements_.empty() && statements_.back().reads_stdin() && just_ended_) TakeCopyData();
      return;
    }
    StartStatement(token);
    if (token.kind == SqlToken::Kind::kWord) Word(base::LowerCase(token.text));
    if (token.Is('(')) ++parentheses_;
    if (token.Is(')')) parentheses_ = std::max(0, parentheses_ - 1);
  }

  std::size_t OffsetOf(const SqlToken& token) const {
    return static_cast<std::size_t>(token.text.data() - script_.data());
  }

  [[noreturn]] void RefuseMetaCommand(const SqlToken& token) const {
    const std::string_view rest = script_.substr(OffsetOf(token));
    throw base::Error("\"" + std::string(rest.substr(0, rest.find_first_of(" \t\r\n;"))) +
                          "\" at line " + std::to_string(token.line) +
                          " is a command of psql, not SQL",
                      "A script holds SQL only; its statements are sent to the server one by one.");
  }

  void StartStatement(const SqlToken& token) {
    if (in_statement_) return;
    in_statement_ = true;
    start_ = OffsetOf(token);
    current_ = {};
    current_.line = token.line;
  }

  // The text goes up to the semicolon: comments behind the last word are the statement's, too.
  void EndStatement(std::size_t end) {
    just_ended_ = in_statement_;
    if (in_statement_) {
      current_.text = base::Trim(script_.substr(start_, end - start_));
      statements_.push_back(std::move(current_));
    }
    in_statement_ = false;
    parentheses_ = blocks_ = 0;
  }

  void TakeCopyData() {
    const int line = lexer_.line();
    const std::string_view behind = base::Trim(lexer_.TakeLine().value_or(std::string_view()));
    if (!behind.empty() && !behind.starts_with("--"))
      throw base::Error(
          "the data of COPY at line " + std::to_string(line) + " must begin on a line of its own",
          "Nothing but a comment may follow the semicolon.");
    const std::size_t start = lexer_.offset();
    for (std::size_t end = start;; end = lexer_.offset()) {
      const auto text = lexer_.TakeLine();
      if (!text)
        throw base::Error("the data of COPY at line " + std::to_string(line) + " has no end",
                          "Put a line with nothing but \\. behind the last row.");
      if (*text != "\\.") continue;
      statements_.back().copy_data = script_.substr(start, end - start);
      return;
    }
  }

  void Word(const std::string& word) {
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

  std::string_view script_;
  SqlLexer lexer_;
  bool in_statement_ = false, just_ended_ = false;
  std::size_t start_ = 0;
  int parentheses_ = 0;
  int blocks_ = 0;
  ScriptStatement current_;
  std::vector<ScriptStatement> statements_;
};

}  // namespace

bool ScriptStatement::reads_stdin() const {
  if (words.empty() || words[0] != "copy") return false;
  for (std::size_t at = 2; at < words.size(); ++at)
    if (words[at - 1] == "from" && words[at] == "stdin") return true;
  return false;
}

std::vector<ScriptStatement> SplitStatements(std::string_view script) {
  return Splitter(script).Run();
}

}  // namespace pg
