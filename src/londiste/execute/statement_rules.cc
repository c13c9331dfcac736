#include "londiste/execute/statement_rules.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "pg/sql_lexer.h"

namespace londiste::execute {
namespace {

// Reads a statement from its start, word by word.
class Reader {
 public:
  explicit Reader(std::string_view statement) {
    pg::SqlLexer lexer(statement);
    while (const auto token = lexer.Next()) tokens_.push_back(*token);
  }

  bool AtEnd() const { return at_ >= tokens_.size(); }
  // Takes these words, all or none.
  bool Take(std::initializer_list<std::string_view> words) {
    std::size_t at = at_;
    for (const std::string_view word : words) {
      if (at >= tokens_.size() || !tokens_[at].Is(word)) return false;
      ++at;
    }
    at_ = at;
    return true;
  }
  bool Take(std::string_view word) { return Take({word}); }
  bool TakeByte(char byte) {
    if (AtEnd() || !tokens_[at_].Is(byte)) return false;
    ++at_;
    return true;
  }
  // A name, with its schema if there is one; "" when none is here.
  std::string TakeName() {
    std::string name;
    while (!AtEnd() && (tokens_[at_].kind == pg::SqlToken::Kind::kWord ||
                        tokens_[at_].kind == pg::SqlToken::Kind::kQuotedName)) {
      name += tokens_[at_++].text;
      if (!TakeByte('.')) break;
      name += '.';
    }
    return name;
  }
  // What stands in brackets here: true when one of the options is `name` and not off.
  bool TakeOptions(std::string_view name) {
    bool found = false;
    if (!TakeByte('(')) return false;
    while (!AtEnd() && !TakeByte(')')) {
      if (Take(name))
        found = !(Take("false") || Take("off"));
      else
        ++at_;
    }
    return found;
  }

 private:
  std::vector<pg::SqlToken> tokens_;
  std::size_t at_ = 0;
};

using Kind = OutsideStatement::Kind;

std::optional<OutsideStatement> CreateIndex(Reader read) {
  if (!read.Take("create")) return std::nullopt;
  read.Take("unique");
  if (!read.Take({"index", "concurrently"})) return std::nullopt;
  OutsideStatement found{.kind = Kind::kCreateIndex};
  found.if_not_exists = read.Take({"if", "not", "exists"});
  if (!read.Take("on")) {
    found.object = read.TakeName();
    read.Take("on");
  }
  read.Take("only");
  found.table = read.TakeName();
  return found;
}

std::optional<OutsideStatement> DropIndex(Reader read) {
  if (!read.Take({"drop", "index", "concurrently"})) return std::nullopt;
  read.Take({"if", "exists"});
  return OutsideStatement{.kind = Kind::kDropIndex, .object = read.TakeName()};
}

std::optional<OutsideStatement> Reindex(Reader read) {
  if (!read.Take("reindex")) return std::nullopt;
  bool concurrently = read.TakeOptions("concurrently");
  for (const char* all : {"schema", "database", "system"})
    if (read.Take(all)) return OutsideStatement{.kind = Kind::kRepeatable};
  if (!read.Take("index") && !read.Take("table")) return std::nullopt;
  concurrently = read.Take("concurrently") || concurrently;
  if (!concurrently) return std::nullopt;
  return OutsideStatement{.kind = Kind::kReindex, .object = read.TakeName()};
}

std::optional<OutsideStatement> DetachPartition(Reader read) {
  if (!read.Take({"alter", "table"})) return std::nullopt;
  read.Take({"if", "exists"});
  read.Take("only");
  OutsideStatement found{.kind = Kind::kDetachPartition, .table = read.TakeName()};
  read.TakeByte('*');
  if (!read.Take({"detach", "partition"})) return std::nullopt;
  found.object = read.TakeName();
  return read.Take("concurrently") ? std::optional(found) : std::nullopt;
}

std::optional<OutsideStatement> Vacuum(Reader read) {
  return read.Take("vacuum") ? std::optional(OutsideStatement{}) : std::nullopt;
}

// Of all tables.
std::optional<OutsideStatement> Cluster(Reader read) {
  if (!read.Take("cluster")) return std::nullopt;
  read.TakeOptions("verbose");
  read.Take("verbose");
  return read.AtEnd() ? std::optional(OutsideStatement{}) : std::nullopt;
}

bool AddsEnumValue(Reader read) {
  return read.Take({"alter", "type"}) && !read.TakeName().empty() && read.Take({"add", "value"});
}

bool EndsTransaction(Reader read) {
  for (const char* word : {"begin", "commit", "end", "abort"})
    if (read.Take(word)) return true;
  if (read.Take({"start", "transaction"}) || read.Take({"prepare", "transaction"})) return true;
  if (!read.Take("rollback")) return false;
  if (!read.Take("work")) read.Take("transaction");
  return !read.Take("to");
}

bool WritesToStdout(const pg::ScriptStatement& statement) {
  const auto& words = statement.words;
  if (words.empty() || words[0] != "copy") return false;
  for (std::size_t at = 1; at < words.size(); ++at)
    if (words[at - 1] == "to" && words[at] == "stdout") return true;
  return false;
}

struct Refusal {
  const char *reason, *hint;
};

// What is the whole server's, or would break the worker's own session.
std::optional<Refusal> RefusedByName(const pg::ScriptStatement& statement, Reader read) {
  static constexpr Refusal kServer{"it is about the whole server, not about this database",
                                   "Run it on each server by hand."};
  static constexpr Refusal kSession{"it would take away what the worker's session is built on", ""};
  for (const char* verb : {"create", "drop"})
    if (read.Take({verb, "database"}) || read.Take({verb, "tablespace"})) return kServer;
  if (read.Take({"alter", "system"}) || read.Take({"alter", "tablespace"})) return kServer;
  if (read.Take({"alter", "database"})) {
    const auto& words = statement.words;
    static constexpr std::array<std::string_view, 2> kMove{"set", "tablespace"};
    if (std::search(words.begin(), words.end(), kMove.begin(), kMove.end()) != words.end())
      return kServer;
  }
  if (read.Take("discard") || read.Take({"deallocate", "all"}) ||
      read.Take({"deallocate", "prepare", "all"}))
    return kSession;
  return std::nullopt;
}

}  // namespace

StatementRules RulesFor(const pg::ScriptStatement& statement) {
  const Reader read(statement.text);
  if (EndsTransaction(read))
    return {.refusal = "a script runs in the batch's transaction and cannot begin or end one"};
  if (WritesToStdout(statement)) return {.refusal = "nobody reads what COPY to stdout writes"};
  if (statement.reads_stdin() && !statement.copy_data)
    return {.refusal = "COPY from stdin has no data",
            .hint = "Its rows follow the semicolon, from the next line to a line with \\. alone."};
  if (const auto refused = RefusedByName(statement, read))
    return {.refusal = refused->reason, .hint = refused->hint};
  for (const auto rule : {CreateIndex, DropIndex, Reindex, DetachPartition, Vacuum, Cluster}) {
    const auto outside = rule(read);
    if (!outside) continue;
    if (outside->kind == Kind::kCreateIndex && outside->object.empty())
      return {.refusal = "an index that is created concurrently needs a name in a script",
              .hint =
                  "Without one it could not be found again after an interruption: create index "
                  "concurrently NAME on ..."};
    return {.outside = outside};
  }
  return {.ends_transaction = AddsEnumValue(read)};
}

}  // namespace londiste::execute
