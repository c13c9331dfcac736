// The ordered stream: each row its own prepared statement, in event order, in libpq's pipeline
// mode.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "londiste/apply/row_writer.h"
#include "pg/pipeline.h"

namespace londiste::apply {

class StreamWriter final : public RowWriter {
 public:
  StreamWriter(pg::Connection& target, int window, OnDone on_done);

  void Write(const RowPlan& plan, const RowEvent& row, std::int64_t tag) override;
  void WriteSql(const std::string& sql, std::int64_t tag) override;
  void Flush() override;
  void Abandon() override;
  void Forget() override;

 private:
  struct Statement {
    std::string name;
    std::vector<std::size_t> places;
    bool confirmed = false;  // the server has it for certain
  };
  pg::Pipeline& pipeline();
  Statement& Prepared(const RowPlan& plan, std::int64_t tag);
  void DeallocateForgotten();

  pg::Connection& target_;
  int window_;
  OnDone on_done_;
  std::unique_ptr<pg::Pipeline> pipeline_;
  std::unordered_map<std::int64_t, Statement> statements_;  // by plan id
  std::vector<std::string> forgotten_;  // to be deallocated when the pipeline is empty
  std::vector<const char*> parameters_;
  bool unconfirmed_ = false;
};

}  // namespace londiste::apply
