#include "londiste/apply/stream_writer.h"

#include <utility>

#include "londiste/apply/statement_text.h"
#include "pg/result.h"

namespace londiste::apply {

StreamWriter::StreamWriter(pg::Connection& target, int window, OnDone on_done)
    : target_(target), window_(window), on_done_(std::move(on_done)) {}

pg::Pipeline& StreamWriter::pipeline() {
  if (!pipeline_) {
    DeallocateForgotten();
    pipeline_ = std::make_unique<pg::Pipeline>(target_, on_done_, window_);
  }
  return *pipeline_;
}

StreamWriter::Statement& StreamWriter::Prepared(const RowPlan& plan, std::int64_t tag) {
  const auto [place, is_new] = statements_.try_emplace(plan.id);
  Statement& statement = place->second;
  if (is_new) {
    statement.name = "londiste_apply_" + std::to_string(plan.id);
    statement.places = ParameterPlaces(plan);
    unconfirmed_ = true;
    pipeline().Prepare(statement.name, StatementText(plan), {}, tag);
  }
  return statement;
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

void StreamWriter::DeallocateForgotten() {
  if (forgotten_.empty()) return;
  std::string sql;
  for (const std::string& name : forgotten_) sql += "deallocate " + name + "; ";
  forgotten_.clear();
  pg::ExecNative(target_, sql);
}

}  // namespace londiste::apply
