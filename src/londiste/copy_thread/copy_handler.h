// Applies the events of one table, as its copy catches up: what the copied rows contain already is
// left out.
#pragma once

#include <functional>
#include <string>

#include "cascade/batch_handler.h"
#include "londiste/apply/applier.h"
#include "pgq/snapshot.h"

namespace londiste::copy_thread {

class CopyHandler : public cascade::BatchHandler, private apply::TargetTables {
 public:
  CopyHandler(pg::Connection& target, apply::TargetTable table, pgq::Snapshot snapshot,
              const apply::ApplyOptions& options, std::function<void(const std::string&)> warn);

  // See Applier.
  void SetOriginText(std::shared_ptr<const apply::OriginText> text) {
    applier_.SetOriginText(std::move(text));
  }

  pgq::BatchSize BeforeNextBatch(const cascade::NodeInfo&, pgq::TickId, pg::Connection&) override {
    return {};
  }
  std::string EventFilter() const override { return filter_; }
  void OnBatch(const cascade::BatchContext&) override {}
  void Begin(const cascade::BatchContext& context, pqxx::transaction_base& tx) override;
  void Apply(const cascade::BatchContext& context, pqxx::transaction_base& tx,
             std::span<const pgq::Event> events) override;
  void Flush(const cascade::BatchContext& context, pqxx::transaction_base& tx) override;
  void Finish(const cascade::BatchContext& context, pqxx::transaction_base& tx) override;
  void Committed(const cascade::BatchContext& context) override;
  void RolledBack() override;

  std::int64_t events() const { return events_; }

 private:
  apply::TargetTable* Resolve(std::string_view queue_table, pgq::Txid txid) override;

  apply::TargetTable table_;
  pg::QualifiedName name_;  // on the queue
  pgq::Snapshot snapshot_;
  std::string filter_;
  apply::Applier applier_;
  std::int64_t in_batch_ = 0, events_ = 0;
};

}  // namespace londiste::copy_thread
