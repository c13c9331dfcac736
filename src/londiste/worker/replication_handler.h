// What londiste does with the batches of its queue: rows to tables, scripts, registrations and
// sequences; table copies between batches.
//
// Owned by RunWorker; everything but Reconfigure is called on the worker's thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "cascade/batch_handler.h"
#include "londiste/apply/applier.h"
#include "londiste/execute/script_replay.h"
#include "londiste/sync/table_sync.h"
#include "londiste/tables/registration_filter.h"
#include "londiste/worker/partition_watch.h"
#include "londiste/worker/sequence_watch.h"
#include "londiste/worker/statistics.h"
#include "pgq/conditions.h"

namespace londiste::worker {

struct ReplicationOptions {
  std::string queue;
  apply::ApplyOptions apply;
  pgq::BatchSize batch_size;  // as configured; used while no table is being copied
  bool local_only = false, local_only_drop_execute = false;
  tables::RegistrationFilter tables, sequences;
  base::Duration keepalive_stats{300'000}, structure_check_period{30'000};
};

class ReplicationHandler final : public cascade::BatchHandler {
 public:
  // `table_sync` and `conditions` must outlive the handler.
  ReplicationHandler(ReplicationOptions options, sync::TableSync& table_sync,
                     pgq::Conditions& conditions);
  ~ReplicationHandler() override;

  // From any thread; takes effect before the next batch. The queue stays.
  void Reconfigure(ReplicationOptions options);

  void TargetConnected(pg::Connection& target) override;
  void TargetClosing() override;
  void ProviderConnected(pg::Connection& provider) override;
  pgq::BatchSize BeforeNextBatch(const cascade::NodeInfo& node, pgq::TickId completed,
                                 pg::Connection& target) override;
  base::Duration BetweenBatches(const cascade::NodeInfo& node, pg::Connection& provider,
                                pg::Connection& target) override {
    return table_sync_.CompareStructure(node, provider, target, options_.structure_check_period);
  }
  bool Unfinished() const override { return table_sync_.copies_under_way(); }
  base::Duration OnRoot(const cascade::NodeInfo& node, pg::Connection& target) override;
  std::string EventFilter() const override;
  std::string BookkeepingFilter() const override;
  bool ChangesWhatPassesOn(const pgq::Event& event) override {
    return event.type_or_empty() == "EXECUTE";
  }
  bool PassesOn(pgq::Event& event, Onward where) override;
  void OnBatch(const cascade::BatchContext& context) override;
  void Begin(const cascade::BatchContext& context, pqxx::transaction_base& tx) override;
  void Apply(const cascade::BatchContext& context, pqxx::transaction_base& tx,
             std::span<const pgq::Event> events) override;
  bool StopsBefore(const pgq::Event& event) override {
    using Cut = execute::ScriptReplay::Cut;
    return scripts_.StopsBefore(event, event_filter_.empty() ? Cut::kAtPieces : Cut::kAtPublished);
  }
  void StopBefore(const cascade::BatchContext& context, pqxx::transaction_base& tx,
                  const pgq::Event& event) override;
  void Unusable(const cascade::BatchContext& context, const pgq::Event& event,
                const std::string& reason) override;
  void Flush(const cascade::BatchContext& context, pqxx::transaction_base& tx) override;
  void Finish(const cascade::BatchContext& context, pqxx::transaction_base& tx) override;
  void Committed(const cascade::BatchContext& context) override;
  void RolledBack() override;

  // Of the last batch: events of tables that are not replicated here.
  std::int64_t ignored_events() const { return stats_.ignored; }
  Statistics& statistics() { return statistics_; }

 private:
  void TakeNewOptions();
  void ApplyControl(const cascade::BatchContext& context, pqxx::transaction_base& tx,
                    const pgq::Event& event);
  [[noreturn]] static void RaiseUnknown(const pgq::Event& event);
  void ApplyScript(const cascade::BatchContext& context, pqxx::transaction_base& tx,
                   const pgq::Event& event);
  void StoreMissing(const cascade::BatchContext& context, pqxx::transaction_base& tx);
  void ApplyTableEvent(const cascade::BatchContext& context, pqxx::transaction_base& tx,
                       const pgq::Event& event);
  void ApplySequenceEvent(const cascade::BatchContext& context, pqxx::transaction_base& tx,
                          const pgq::Event& event);
  sync::TableSync::HandOvers HandOvers() const;
  void EndTransaction(const cascade::BatchContext& context, pqxx::transaction_base& tx);
  void ReportIndexes();
  bool RemovedInThisBatch(const pgq::Event& event) const;

  ReplicationOptions options_;
  sync::TableSync& table_sync_;
  pgq::Conditions& conditions_;  // stored by cascade::Worker
  std::mutex mutex_;             // new_options_
  std::optional<ReplicationOptions> new_options_;
  std::unique_ptr<apply::Applier> applier_;
  std::shared_ptr<const apply::OriginText> origin_text_;  // of the provider
  std::string event_filter_;
  std::set<std::string, std::less<>> removed_tables_;  // by this batch
  apply::ApplyStats stats_;
  std::int64_t skipped_ = 0;
  std::map<std::string, std::int64_t> unusable_;  // events passed over, by type
  Statistics statistics_;
  execute::ScriptReplay scripts_;
  SequenceWatch sequence_watch_;
  PartitionWatch partition_watch_;
};

}  // namespace londiste::worker
