#include "londiste/execute/replay_execute.h"

#include <string>
#include <vector>

#include "londiste/apply/apply_error.h"
#include "londiste/execute/database_scope.h"
#include "londiste/execute/execute_attributes.h"
#include "londiste/execute/refused_statement.h"
#include "pg/quote.h"
#include "pg/session_settings.h"
#include "pg/sqlstate.h"

namespace londiste::execute {
namespace {

// The highest code of londiste.execute_start that means "go on".
constexpr int kGoOn = 200;

void SetRole(pqxx::transaction_base& tx, const std::string& role) {
  const bool has_function =
      !tx.exec(
             "select pg_catalog.to_regprocedure('londiste.set_session_replication_role(text, "
             "boolean)')")[0][0]
           .is_null();
  tx.exec(has_function ? "select londiste.set_session_replication_role('" + role + "', true)"
                       : "set local session_replication_role = '" + role + "'");
}

// What a script sets stays set when the batch commits, and would change how the session reads and
// writes values, and what its statements mean.
class SettingsKeeper {
 public:
  explicit SettingsKeeper(pqxx::transaction_base& tx) : tx_(tx) {
    std::string calls;
    for (const char* name : Names())
      calls +=
          (calls.empty() ? "" : ", ") + std::string("pg_catalog.current_setting('") + name + "')";
    for (const pqxx::field& value : tx_.exec("select " + calls)[0])
      values_.push_back(value.c_str());
  }

  // The statements find what they name where the database's or the role's search_path says, and
  // see the rows that their role may see.
  void GiveScriptItsOwn() {
    tx_.exec("set local search_path to default; set local row_security to default");
  }

  void Restore() {
    std::string calls;
    auto value = values_.begin();
    for (const char* name : Names())
      calls += (calls.empty() ? "" : ", ") + std::string("pg_catalog.set_config('") + name + "', " +
               pg::QuoteLiteral(*value++) + ", false)";
    tx_.exec("select " + calls);
  }

 private:
  // role first: it is what the rest needs
  static std::vector<const char*> Names() {
    std::vector<const char*> names{"role", "client_encoding"};
    for (const pg::FixedSetting& setting : pg::kFixedAlways) names.push_back(setting.name);
    for (const pg::FixedSetting& setting : pg::kFixedOfOurs) names.push_back(setting.name);
    return names;
  }

  pqxx::transaction_base& tx_;
  std::vector<std::string> values_;
};

[[noreturn]] void Fail(const std::string& file, int line, const std::string& message,
                       const std::string& sqlstate, const std::string& hint) {
  throw apply::ApplyError(
      "could not execute \"" + file + "\", line " + std::to_string(line) + ": " + message, hint,
      sqlstate, {}, {});
}

void RunStatements(pqxx::transaction_base& tx, const std::string& file, const std::string& script) {
  for (const pg::ScriptStatement& statement : pg::SplitStatements(script)) {
    const std::string refusal = RefusalReason(statement);
    if (!refusal.empty())
      Fail(file, statement.line, refusal, pg::sqlstate::kFeatureNotSupported, {});
    try {
      tx.exec(std::string(statement.text));
    } catch (const pqxx::sql_error&) {
      const pg::Failure failure = pg::DescribeCurrentFailure();
      // A lost session or a cancelled statement is not the script's fault.
      if (failure.kind != pg::FailureKind::kSql || failure.sqlstate == pg::sqlstate::kQueryCanceled)
        throw;
      Fail(file, statement.line, failure.message, failure.sqlstate, failure.hint);
    }
  }
}

// The note when the script is not to be run (it was, before).
std::optional<std::string> Start(pqxx::transaction_base& tx, const std::string& queue,
                                 const std::string& file, const pgq::Event& event) {
  const pqxx::result result =
      tx.exec("select ret_code, ret_note from londiste.execute_start(" + pg::QuoteLiteral(queue) +
              ", " + pg::QuoteLiteral(file) + ", " + pg::QuoteLiteral(event.data_or_empty()) +
              ", false, " + pg::QuoteNullable(event.extra2) + ")");
  if (result.empty()) throw base::Error("londiste.execute_start gave no answer");
  const int code = result[0][0].as<int>();
  const std::string note = result[0][1].c_str();
  if (code >= 300) throw base::Error("could not execute \"" + file + "\": " + note);
  if (code > kGoOn) return note;
  return std::nullopt;
}

void Finish(pqxx::transaction_base& tx, const std::string& queue, const std::string& file) {
  const pqxx::result result =
      tx.exec("select ret_code, ret_note from londiste.execute_finish(" + pg::QuoteLiteral(queue) +
              ", " + pg::QuoteLiteral(file) + ")");
  if (result.empty() || result[0][0].as<int>() >= 300) {
    throw base::Error("could not finish \"" + file +
                      "\": " + (result.empty() ? "no answer" : result[0][1].c_str()));
  }
}

}  // namespace

void ReplayExecute(pqxx::transaction_base& tx, const std::string& queue, const pgq::Event& event,
                   const std::function<void(const std::string&)>& info) {
  const std::string file(event.extra1_or_empty());
  SetRole(tx, "local");
  if (const auto note = Start(tx, queue, file, event)) {
    info(*note);
  } else {
    const auto attributes =
        ExecuteAttributes::FromEncoded(event.extra2.value_or(std::string_view()));
    DatabaseScope scope(tx, queue);
    const auto script = ScriptForNode(event.data_or_empty(), attributes, scope);
    if (script) {
      SettingsKeeper settings(tx);
      settings.GiveScriptItsOwn();
      RunStatements(tx, file, *script);
      settings.Restore();
      info("executed \"" + file + "\"");
    } else {
      info("skipped \"" + file + "\": this node has none of the objects that it is for");
    }
    Finish(tx, queue, file);
  }
  SetRole(tx, "replica");
}

}  // namespace londiste::execute
