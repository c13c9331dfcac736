// Two nodes of one queue in two databases of a private server, without any daemon: ticks and
// batches are made by hand.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "base/interrupt.h"
#include "cascade/batch_handler.h"
#include "pg/connection.h"
#include "pgq/batch.h"
#include "support/postgres_server.h"
#include "support/sql.h"

namespace cascade {

class CascadeTest : public testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();

  // Databases <test>_root and <test>_node, nodes "root" and "node" of queue q; the node's worker is
  // "worker".
  void CreateNodes(const std::string& node_type);

  // A tick at the provider now.
  void Tick();
  void InsertEvent(const std::string& type, const std::string& data) {
    root_->Exec("select pgq.insert_event('q', '" + type + "', '" + data + "')");
  }
  std::unique_ptr<pg::Connection> Connect(const std::string& connstr);
  std::unique_ptr<pg::Connection> ConnectTarget();  // role replica
  // The next batch of the worker; fails the test when there is none.
  pgq::Batch NextBatch(const std::string& consumer = "worker");
  pgq::TickId Completed();
  NodeInfo Node();

  static test_support::PostgresServer* server_;
  std::string root_connstr_, node_connstr_;
  std::unique_ptr<test_support::Sql> root_, node_;
  base::Interrupt interrupt_;
  std::unique_ptr<pg::Connection> provider_, target_;
};

// Writes data events to table `applied`, and throws where it is told to.
class RecordingHandler final : public BatchHandler {
 public:
  enum class Step { kNone, kOnBatch, kBegin, kApply, kFinish, kCommitted };

  pgq::BatchSize BeforeNextBatch(const NodeInfo&, pgq::TickId, pg::Connection&) override {
    return {};
  }
  std::string EventFilter() const override { return filter; }
  bool PassesOn(pgq::Event& event, Onward where) override {
    return !passes_on || passes_on(event, where);
  }
  void OnBatch(const BatchContext&) override;
  void Begin(const BatchContext&, pqxx::transaction_base&) override { ThrowAt(Step::kBegin); }
  void Apply(const BatchContext&, pqxx::transaction_base& tx,
             std::span<const pgq::Event> events) override;
  void Flush(const BatchContext&, pqxx::transaction_base&) override { ++flushes; }
  void Unusable(const BatchContext&, const pgq::Event& event, const std::string& reason) override {
    unusable.push_back(std::string(event.type_or_empty()) + ": " + reason);
  }
  void Finish(const BatchContext&, pqxx::transaction_base&) override { ThrowAt(Step::kFinish); }
  bool StopsBefore(const pgq::Event& event) override { return event.data_or_empty() == stop_at; }
  void StopBefore(const BatchContext&, pqxx::transaction_base&, const pgq::Event& event) override {
    filter = "ev_id >= " + ToString(event.id);
  }
  void Committed(const BatchContext&) override;
  void RolledBack() override { ++rollbacks; }

  Step fail_at = Step::kNone;
  std::function<void()> on_batch, on_apply;
  std::function<bool(pgq::Event&, Onward)> passes_on;
  std::string filter;
  std::string stop_at = "no event says this";
  std::vector<std::string> unusable;
  std::atomic<int> batches{0}, commits{0}, rollbacks{0}, flushes{0};

 private:
  void ThrowAt(Step step) const;
};

}  // namespace cascade
