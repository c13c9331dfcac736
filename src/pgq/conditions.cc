#include "pgq/conditions.h"

#include <algorithm>

namespace pgq {
namespace {

// SkyTools' schema and older releases of ours have no conditions, and a role may lack the right to
// write them.
constexpr const char* kMayWrite =
    "select coalesce(pg_catalog.has_function_privilege(pg_catalog.to_regprocedure("
    "'pgq.set_condition(text, text, text, text, text, text)'), 'execute'), false) and not "
    "pg_catalog.pg_is_in_recovery()";
constexpr const char* kMayRead =
    "select coalesce(pg_catalog.has_function_privilege(pg_catalog.to_regprocedure("
    "'pgq.get_conditions(text)'), 'execute') and pg_catalog.has_table_privilege("
    "pg_catalog.to_regclass('pgq.condition'), 'select'), false)";
constexpr const char* kColumns =
    "select kind, subject, severity, message, coalesce(hint, ''), "
    "pg_catalog.date_trunc('second', since) from pgq.get_conditions($1)";

ConditionSeverity SeverityOf(std::string_view word) {
  if (word == "error") return ConditionSeverity::kError;
  return word == "notice" ? ConditionSeverity::kNotice : ConditionSeverity::kWarning;
}

Condition ConditionOf(const pqxx::row& row) {
  return {row[0].c_str(), row[1].c_str(), SeverityOf(row[2].c_str()), row[3].c_str(),
          row[4].c_str()};
}

}  // namespace

std::string ToString(ConditionSeverity severity) {
  switch (severity) {
    case ConditionSeverity::kNotice:
      return "notice";
    case ConditionSeverity::kWarning:
      return "warning";
    case ConditionSeverity::kError:
      break;
  }
  return "error";
}

void Conditions::Set(Condition condition) {
  Key key(condition.kind, condition.subject);
  notes_.push_back({Note::What::kSet, std::move(key), {std::move(condition)}});
}

void Conditions::Clear(std::string_view kind, std::string_view subject) {
  notes_.push_back({Note::What::kClear, Key(kind, subject), {}});
}

void Conditions::Replace(std::string_view kind, std::vector<Condition> now) {
  notes_.push_back({Note::What::kReplace, Key(kind, ""), std::move(now)});
}

std::vector<ConditionChange> Conditions::Store(pg::Connection& connection) {
  if (notes_.empty() && wanted_ == stored_) return {};
  if (!loaded_) Load(connection);
  TakeNotes();
  std::vector<ConditionChange> changes = Differences();
  if (!changes.empty() && kept_in_database_) Write(connection, changes);
  stored_ = wanted_;
  return changes;
}

void Conditions::Load(pg::Connection& connection) {
  pqxx::nontransaction tx(connection);
  kept_in_database_ = tx.exec1(kMayWrite)[0].as<bool>() && tx.exec1(kMayRead)[0].as<bool>();
  if (kept_in_database_) {
    for (const pqxx::row& row :
         tx.exec_params(std::string(kColumns) + " where queue_name = $1", queue_)) {
      Condition condition = ConditionOf(row);
      stored_.emplace(Key(condition.kind, condition.subject), condition);
    }
  }
  wanted_ = stored_;
  loaded_ = true;
}

void Conditions::TakeNotes() {
  for (Note& note : notes_) {
    if (note.what == Note::What::kClear) wanted_.erase(note.key);
    if (note.what == Note::What::kReplace)
      std::erase_if(wanted_, [&](const auto& told) { return told.first.first == note.key.first; });
    for (Condition& condition : note.now)
      wanted_[Key(condition.kind, condition.subject)] = std::move(condition);
  }
  notes_.clear();
}

std::vector<ConditionChange> Conditions::Differences() const {
  using What = ConditionChange::What;
  std::vector<ConditionChange> changes;
  for (const auto& [key, condition] : stored_)
    if (!wanted_.contains(key)) changes.push_back({What::kEnded, condition});
  for (const auto& [key, condition] : wanted_) {
    const auto before = stored_.find(key);
    if (before == stored_.end())
      changes.push_back({What::kNew, condition});
    else if (before->second != condition)
      changes.push_back({What::kChanged, condition});
  }
  return changes;
}

void Conditions::Write(pg::Connection& connection, const std::vector<ConditionChange>& changes) {
  pqxx::work tx(connection);
  for (const ConditionChange& change : changes) {
    const Condition& condition = change.condition;
    if (change.what == ConditionChange::What::kEnded) {
      tx.exec_params("select pgq.clear_condition($1, $2, $3)", queue_, condition.kind,
                     condition.subject);
    } else {
      tx.exec_params("select pgq.set_condition($1, $2, $3, $4, $5, nullif($6, ''))", queue_,
                     condition.kind, condition.subject, ToString(condition.severity),
                     condition.message, condition.hint);
    }
  }
  tx.commit();
}

std::vector<StoredCondition> ReadConditions(pqxx::transaction_base& tx, const std::string& queue) {
  std::vector<StoredCondition> told;
  if (!tx.exec1(kMayRead)[0].as<bool>()) return told;
  for (const pqxx::row& row : tx.exec_params(kColumns, queue))
    told.push_back({ConditionOf(row), row[5].c_str()});
  return told;
}

}  // namespace pgq
