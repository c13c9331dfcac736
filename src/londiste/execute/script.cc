#include "londiste/execute/script.h"

#include "pg/copy.h"
#include "pg/sqlstate.h"

namespace londiste::execute {
namespace {

constexpr std::size_t kExcerpt = 80;

// One line of at most so many bytes, cut between characters.
std::string Excerpt(std::string_view statement) {
  std::string line;
  for (const char c : statement) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
    if (line.size() <= kExcerpt) continue;
    while ((static_cast<unsigned char>(line.back()) & 0xc0) == 0x80) line.pop_back();
    line.pop_back();
    return line + "...";
  }
  return line;
}

std::vector<pg::ScriptStatement> Split(const std::string& file, const std::string& text) {
  try {
    return pg::SplitStatements(text);
  } catch (const base::Error& error) {
    throw ScriptFailure("could not read \"" + file + "\": " + error.what(), error.hint(),
                        pg::sqlstate::kFeatureNotSupported, {}, {});
  }
}

}  // namespace

void ThrowPartly(const std::string& file, const NodeFit& fit) {
  throw ScriptFailure("could not execute \"" + file + "\": " + fit.DescribePart(),
                      "A node must have all that the script's attributes name, or nothing of it; "
                      "\"execute --force " +
                          file + "\" on the node runs it all the same.",
                      pg::sqlstate::kObjectNotInPrerequisiteState, {}, {});
}

Script::Script(std::string file, std::string_view text)
    : file_(std::move(file)), text_(std::make_unique<const std::string>(text)) {
  for (pg::ScriptStatement& statement : Split(file_, *text_)) {
    StatementRules rules = RulesFor(statement);
    steps_.push_back({std::move(statement), std::move(rules)});
    const StatementRules& last = steps_.back().rules;
    if (!last.refusal.empty())
      Fail(steps_.size() - 1, last.refusal, pg::sqlstate::kFeatureNotSupported, last.hint);
  }
  Cut();
}

void Script::Cut() {
  bool begin = true;
  for (std::size_t at = 0; at < steps_.size(); ++at) {
    const StatementRules& rules = steps_[at].rules;
    const bool outside = rules.outside.has_value();
    if (begin || outside) pieces_.push_back({at, at, outside});
    pieces_.back().end = at + 1;
    begin = outside || rules.ends_transaction;
    in_pieces_ = in_pieces_ || begin;
  }
}

std::string Script::Place(std::size_t step) const {
  const pg::ScriptStatement& statement = steps_[step].statement;
  return "statement " + std::to_string(step + 1) + " at line " + std::to_string(statement.line) +
         " (" + Excerpt(statement.text) + ")";
}

void Script::Fail(std::size_t step, const std::string& message, const std::string& sqlstate,
                  const std::string& hint) const {
  throw ScriptFailure("could not execute \"" + file_ + "\", " + Place(step) + ": " + message +
                          (sqlstate.empty() ? "" : " (SQLSTATE " + sqlstate + ")"),
                      hint, sqlstate, {}, {});
}

void Script::FailCurrent(std::size_t step) const {
  const pg::Failure failure = pg::DescribeCurrentFailure();
  if (failure.kind != pg::FailureKind::kSql || failure.sqlstate == pg::sqlstate::kQueryCanceled)
    throw;
  const bool lock = failure.sqlstate == pg::sqlstate::kLockNotAvailable && failure.hint.empty();
  Fail(step, failure.message, failure.sqlstate,
       lock ? "Another transaction uses what it changes; try again later or raise lock_timeout."
            : failure.hint);
}

void Script::Run(std::size_t step, pg::Connection& connection, pqxx::transaction_base& tx) const {
  const pg::ScriptStatement& statement = steps_[step].statement;
  try {
    if (!statement.copy_data) {
      tx.exec(std::string(statement.text));
      return;
    }
    pg::CopyIn copy(connection, std::string(statement.text));
    copy.Write(*statement.copy_data);
    copy.Finish();
  } catch (...) {
    FailCurrent(step);
  }
}

}  // namespace londiste::execute
