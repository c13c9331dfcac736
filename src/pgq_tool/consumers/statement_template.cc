#include "pgq_tool/consumers/statement_template.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "pg/quote.h"
#include "pg/statement_splitter.h"

namespace pgq_tool::consumers {
namespace {

// Whether what follows `text` is code: neither inside quotes, which are unterminated then, nor in a
// comment to the end of the line, where one more quote is nothing.
bool EndsInCode(const std::string& text) {
  try {
    pg::SplitStatements(text);
  } catch (const base::Error&) {
    return false;
  }
  try {
    pg::SplitStatements(text + "'");
  } catch (const base::Error&) {
    return true;
  }
  return false;
}

}  // namespace

void RefuseTransactions(const std::string& script) {
  constexpr std::array kWords = {"begin", "start", "commit", "end", "rollback", "abort", "prepare"};
  for (const pg::ScriptStatement& statement : pg::SplitStatements(script)) {
    if (statement.words.empty()) continue;
    const std::string& word = statement.words[0];
    if (std::ranges::find(kWords, word) == kWords.end()) continue;
    if (word == "prepare" && (statement.words.size() < 2 || statement.words[1] != "transaction"))
      continue;
    throw base::Error(
        "statement \"" + std::string(statement.text) + "\" begins or ends a transaction",
        "Each batch is one transaction already.");
  }
}

StatementTemplate StatementTemplate::Parse(std::string_view text) {
  StatementTemplate result;
  std::string script;  // with something harmless for the values
  Piece piece;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\0') throw base::Error("a NUL byte in the statement");
    if (text[at] != '%') {
      piece.text += text[at];
      script += text[at];
      continue;
    }
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (next == '%') {
      piece.text += '%';
      script += '%';
      ++at;
      continue;
    }
    const std::size_t end = next == '(' ? text.find(')', at) : std::string_view::npos;
    if (end == std::string_view::npos || end + 1 >= text.size() || text[end + 1] != 's' ||
        end == at + 2)
      throw base::Error("expected %(name)s or %% at \"" + std::string(text.substr(at, 20)) + "\"");
    piece.name = std::string(text.substr(at + 2, end - at - 2));
    if (!EndsInCode(script))
      throw base::Error("%(" + *piece.name + ")s stands inside quotes or a comment",
                        "It becomes a literal with quotes of its own; put parts together with ||.");
    script += " x ";
    result.pieces_.push_back(std::move(piece));
    piece = {};
    at = end + 1;
  }
  result.pieces_.push_back(std::move(piece));
  RefuseTransactions(script);
  return result;
}

std::vector<std::string> StatementTemplate::Names() const {
  std::vector<std::string> names;
  for (const Piece& piece : pieces_)
    if (piece.name) names.push_back(*piece.name);
  return names;
}

std::string StatementTemplate::Expand(const Value& value) const {
  std::string statement;
  for (const Piece& piece : pieces_) {
    statement += piece.text;
    if (!piece.name) continue;
    const std::optional<std::string> text = value(*piece.name);
    if (text && text->find('\0') != std::string::npos)
      throw base::Error("the value of " + *piece.name + " has a NUL byte");
    // Blanks, so that it does not grow together with what stands beside it.
    statement += ' ';
    statement += pg::QuoteNullable(text);
    statement += ' ';
  }
  return statement;
}

}  // namespace pgq_tool::consumers
