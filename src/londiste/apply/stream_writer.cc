#include "londiste/apply/stream_writer.h"

#include <algorithm>
#include <utility>

#include "londiste/apply/statement_text.h"
#include "pg/result.h"

namespace londiste::apply {

StreamWriter::StreamWriter(pg::Connection& target, int window, OnDone on_done)
    : target_(target), window_(window), on_done_(std::move(on_done)) {}

pg::Pipeline& StreamWriter::pipeline() {
  if (!pipeline_) {
    PrepareSession();
    pipeline_ = std::make_unique<pg::Pipeline>(target_, on_done_, window_);
  }
  return *pipeline_;
}

const StreamWriter::Statement& StreamWriter::Prepared(const RowPlan& plan, std::int64_t tag) {
  auto found = statements_.find(plan.id);
  if (found == statements_.end()) {
    if (statements_.size() >= kMostStatements) ForgetOldHalf();
    found = statements_.try_emplace(plan.id).first;
    found->second.name = "londiste_apply_" + std::to_string(next_id_++);
    found->second.places = ParameterPlaces(plan);
    unconfirmed_ = true;
    pipeline().Prepare(found->second.name, StatementText(plan), {}, tag);
  }
  found->second.last_use = ++uses_;
  return found->second;
}

void StreamWriter::ForgetOldHalf() {
  Flush();
  pipeline_.reset();
  std::vector<std::uint64_t> uses;
  for (const auto& [id, statement] : statements_) uses.push_back(statement.last_use);
  const auto middle = uses.begin() + static_cast<std::ptrdiff_t>(uses.size() / 2);
  std::ranges::nth_element(uses, middle);
  std::erase_if(statements_, [&](const auto& entry) {
    if (entry.second.last_use > *middle) return false;
    forgotten_.push_back(entry.second.name);
    return true;
  });
}

void StreamWriter::Write(const RowPlan& plan, const RowEvent& row, std::int64_t tag) {
  const Statement& statement = Prepared(plan, tag);
  parameters_.clear();
  for (const std::size_t place : statement.places)
    parameters_.push_back(row.columns()[place].value);
  pipeline().Execute(tag, statement.name, std::span<const char* const>(parameters_));
}

void StreamWriter::WriteSql(const std::string& sql, std::int64_t tag) {
  pipeline().ExecuteSql(tag, sql);
}

void StreamWriter::Flush() {
  if (!pipeline_) return;
  pipeline_->Sync();
  if (!unconfirmed_) return;
  for (auto& [id, statement] : statements_) statement.confirmed = true;
  unconfirmed_ = false;
}

// A statement that was prepared outlives the rollback; of one that perhaps was, the name is never
// used again.
void StreamWriter::Abandon() {
  pipeline_.reset();
  plans_are_generic_ = false;
  std::erase_if(statements_, [](const auto& entry) { return !entry.second.confirmed; });
  unconfirmed_ = false;
}

void StreamWriter::Forget() {
  for (const auto& [id, statement] : statements_) {
    if (statement.confirmed) forgotten_.push_back(statement.name);
  }
  statements_.clear();
  pipeline_.reset();
}

// By default the server plans each of the first five executions anew. What is executed here finds
// one row by its key, or stores one: it has one plan.
void StreamWriter::PrepareSession() {
  std::string sql;
  if (!plans_are_generic_) sql = "set plan_cache_mode = force_generic_plan; ";
  for (const std::string& name : forgotten_) sql += "deallocate " + name + "; ";
  if (sql.empty()) return;
  forgotten_.clear();
  pg::ExecNative(target_, sql);
  plans_are_generic_ = true;
}

}  // namespace londiste::apply
