#include "londiste/worker/replication_handler.h"

#include <spdlog/spdlog.h>

#include "base/error.h"
#include "base/failpoint.h"
#include "base/text.h"
#include "base/utf8.h"
#include "cascade/node_duties.h"
#include "londiste/apply/ask_origin.h"
#include "londiste/apply/missing_rows_store.h"
#include "londiste/output/answer_log.h"
#include "londiste/worker/changed_copies.h"
#include "londiste/worker/event_filter.h"
#include "pg/quote.h"
#include "pg/server_encoding.h"

namespace londiste::worker {
namespace {

void Warn(const std::string& line) { spdlog::warn("{}", line); }
void Inform(const std::string& line) { spdlog::info("{}", line); }

std::string Text(std::optional<std::string_view> value) {
  return std::string(value.value_or(std::string_view()));
}

bool IsRegistration(std::string_view type) {
  return type == "londiste.add-table" || type == "londiste.remove-table" ||
         type == "londiste.update-seq" || type == "londiste.remove-seq";
}

// Of the table or sequence.
std::string NameOf(const pgq::Event& event) {
  return Text(event.type_or_empty() == "londiste.update-seq" ? event.extra1 : event.data);
}

// A root in SQL_ASCII may have names that no other database can have: one of them must not keep all
// tables from going on.
bool CanHold(const pg::Connection& target, const std::string& name) {
  return base::IsUtf8(name) || pg::ServerEncoding(target) == "SQL_ASCII";
}

}  // namespace

ReplicationHandler::ReplicationHandler(ReplicationOptions options, sync::TableSync& table_sync,
                                       pgq::Conditions& conditions)
    : options_(std::move(options)),
      table_sync_(table_sync),
      conditions_(conditions),
      scripts_(options_.queue, Inform) {}
ReplicationHandler::~ReplicationHandler() = default;

void ReplicationHandler::Reconfigure(ReplicationOptions options) {
  const std::lock_guard lock(mutex_);
  new_options_ = std::move(options);
}

// The applier stays: what it has prepared and staged is in the session, under its names.
void ReplicationHandler::TakeNewOptions() {
  const std::lock_guard lock(mutex_);
  if (!new_options_) return;
  new_options_->queue = options_.queue;
  options_ = std::move(*new_options_);
  new_options_.reset();
  applier_->Reconfigure(options_.apply);
  table_sync_.CompareStructureSoon();
}

void ReplicationHandler::TargetConnected(pg::Connection& target) {
  sequence_watch_ = {};
  table_sync_.Reload();  // it may be a database that was restored
  table_sync_.CompareStructureSoon();
  scripts_.Connected(target);
  applier_ = std::make_unique<apply::Applier>(target, table_sync_, options_.apply, Warn);
  applier_->SetOriginText(origin_text_);
}

void ReplicationHandler::ProviderConnected(pg::Connection& provider) {
  origin_text_ = apply::AskOrigin(provider, options_.queue, options_.apply.event_encoding);
  if (applier_) applier_->SetOriginText(origin_text_);
  table_sync_.CompareStructureSoon();
}

void ReplicationHandler::TargetClosing() {
  scripts_.Closing();
  applier_.reset();
}

pgq::BatchSize ReplicationHandler::BeforeNextBatch(const cascade::NodeInfo& node,
                                                   pgq::TickId completed, pg::Connection& target) {
  TakeNewOptions();
  partition_watch_.Check(target, node.queue);
  if (const auto line = statistics_.Idle(options_.keepalive_stats, base::Clock::now()))
    spdlog::info("{}", *line);
  scripts_.BeforeNextBatch(target);
  const sync::TableSync::Permit permit =
      table_sync_.BeforeNextBatch(node, completed, target, HandOvers());
  table_sync_.ReportUnknownTables(
      [this](const std::string& table) { return options_.tables.Wants(table); });
  if (!permit.one_tick_batches) return options_.batch_size;
  return {.min_lag = options_.batch_size.min_lag,
          .min_count = {},
          .min_interval = {},
          .join_count = {}};
}

base::Duration ReplicationHandler::OnRoot(const cascade::NodeInfo& node, pg::Connection& target) {
  TakeNewOptions();
  table_sync_.OnRoot(target);
  partition_watch_.Check(target, node.queue);
  return sequence_watch_.Check(target, node.queue);
}

sync::TableSync::HandOvers ReplicationHandler::HandOvers() const {
  return scripts_.in_a_batch() ? sync::TableSync::HandOvers::kNone
                               : sync::TableSync::HandOvers::kAllowed;
}

void ReplicationHandler::OnBatch(const cascade::BatchContext& context) {
  ChangedCopies copies(table_sync_, Warn);
  const bool ran = scripts_.OnBatch(
      context, [&](pqxx::transaction_base& tx) { copies.LookBefore(tx); },
      [&](pqxx::transaction_base& tx) { copies.CopyAgain(tx); });
  if (ran) {
    applier_->ForgetPlans();
    table_sync_.Reload();
  }
  table_sync_.OnBatch(context, HandOvers());
  // After table_sync: a table that was just handed over must pass. A branch needs every event for
  // its own queue.
  const bool filtered = options_.local_only && cascade::DutiesOf(context.node).copies !=
                                                   cascade::NodeDuties::Copies::kIntoOwnQueue;
  event_filter_ = filtered ? LocalOnlyFilter(context.target, options_) : "";
}

std::string ReplicationHandler::EventFilter() const {
  const std::string rest = scripts_.Filter();
  if (event_filter_.empty() || rest.empty()) return event_filter_ + rest;
  return "(" + event_filter_ + ") and " + rest;
}

std::string ReplicationHandler::BookkeepingFilter() const {
  return "(ev_type like 'pgq.%' or ev_type like 'londiste.%')";
}

bool ReplicationHandler::PassesOn(pgq::Event& event, Onward where) {
  const bool combined = where == Onward::kCombinedQueue;
  // The combined queue has tables and sequences of its own.
  if (event.type_or_empty().starts_with("londiste.")) return !combined;
  if (!apply::Applier::IsDataEvent(event)) return true;
  return table_sync_.PassesOn(
      event, combined ? handlers::Onward::kCombinedQueue : handlers::Onward::kOwnQueue);
}

void ReplicationHandler::Begin(const cascade::BatchContext& context, pqxx::transaction_base& tx) {
  removed_tables_.clear();
  skipped_ = 0;
  stats_ = {};
  applier_->BeginBatch(tx, {context.batch.tick, context.batch.tick_time});
}

void ReplicationHandler::Apply(const cascade::BatchContext& context, pqxx::transaction_base& tx,
                               std::span<const pgq::Event> events) {
  for (const pgq::Event& event : events) {
    if (!apply::Applier::IsDataEvent(event))
      ApplyControl(context, tx, event);
    else if (RemovedInThisBatch(event))
      ++skipped_;
    else
      applier_->Apply(event);
  }
}

void ReplicationHandler::ApplyControl(const cascade::BatchContext& context,
                                      pqxx::transaction_base& tx, const pgq::Event& event) {
  const std::string_view type = event.type_or_empty();
  if (type == "EXECUTE") {
    ApplyScript(context, tx, event);
  } else if (IsRegistration(type) && !CanHold(context.target, NameOf(event))) {
    spdlog::warn("event {} ({}) is skipped: the name \"{}\" is not valid UTF-8", ToString(event.id),
                 type, base::PrintableUtf8(NameOf(event)));
  } else if (type == "londiste.add-table" || type == "londiste.remove-table") {
    applier_->CheckConstraints();
    ApplyTableEvent(context, tx, event);
  } else if (type == "londiste.update-seq" || type == "londiste.remove-seq") {
    applier_->Flush();
    ApplySequenceEvent(context, tx, event);
  } else if (type.starts_with("londiste.")) {
    // Bookkeeping; whatever changes rows is of another type.
    Unusable(context, event, "this version does not know this type of event");
  } else {
    RaiseUnknown(event);
  }
}

// It may rename tables, add and remove them: rows of before are written and counted under the names
// of before, those behind it go by the new list, all in the batch's transaction.
void ReplicationHandler::ApplyScript(const cascade::BatchContext& context,
                                     pqxx::transaction_base& tx, const pgq::Event& event) {
  applier_->LeaveTargets();
  applier_->CheckConstraints();
  StoreMissing(context, tx);
  ChangedCopies copies(table_sync_, Warn);
  copies.StopNamedIn(event);
  copies.LookBefore(tx);
  scripts_.Replay(context, tx, event);
  copies.CopyAgain(tx);
  applier_->ForgetPlans();
  if (!table_sync_.ReadWithinBatch(tx)) return;
  conditions_.Replace("no_key", {});  // told anew by the names of now
  std::erase_if(removed_tables_, [this](const auto& table) { return table_sync_.Lists(table); });
  base::HitFailpoint(base::Failpoint::batch_after_new_list);
}

// It may stand for a change of rows.
void ReplicationHandler::RaiseUnknown(const pgq::Event& event) {
  throw base::Error(
      "Unhandled event type in queue: " + (event.type ? Text(event.type) : std::string("NULL")) +
          " (event " + ToString(event.id) +
          (event.extra1 ? ", table \"" + Text(event.extra1) + "\"" : std::string()) + ")",
      "The event is not a row change. It comes from a trigger argument ev_type=..., a column "
      "_pgq_ev_type of the table or a call of pgq.insert_event; such events belong on another "
      "queue.");
}

// Told at the first, the tenth, the hundredth.
void ReplicationHandler::Unusable(const cascade::BatchContext& context, const pgq::Event& event,
                                  const std::string& reason) {
  const std::string type = Text(event.type);
  const std::int64_t count = ++unusable_[type];
  std::int64_t power = 1;
  while (power < count) power *= 10;
  if (power != count) return;
  const bool is_cascade = type.starts_with("pgq.");
  conditions_.Set(
      {.kind = "unknown_event",
       .subject = type,
       .severity = is_cascade ? pgq::ConditionSeverity::kWarning : pgq::ConditionSeverity::kError,
       .message = "event " + ToString(event.id) + " (" + type + ") was skipped: " + reason +
                  (count > 1 ? "; " + std::to_string(count) + " so far" : ""),
       .hint = std::string(is_cascade ? "Rows are not affected."
                                      : "Check what the event should have changed on this node.") +
               " Then end this condition: select pgq.clear_condition(" +
               pg::QuoteLiteral(context.node.queue) + ", 'unknown_event', " +
               pg::QuoteLiteral(type) + ")"});
}

void ReplicationHandler::ApplyTableEvent(const cascade::BatchContext& context,
                                         pqxx::transaction_base& tx, const pgq::Event& event) {
  const std::string table = Text(event.data);
  if (table.empty()) return Unusable(context, event, "it names no table");
  if (!options_.tables.Wants(table)) return;
  if (event.type_or_empty() == "londiste.add-table") {
    output::LogAnswer(cascade::Require(cascade::Call(
        tx, "select * from londiste.global_add_table($1, $2)", options_.queue, table)));
  } else {
    table_sync_.StopCopy(table);
    const cascade::Answer answer = cascade::Call(
        tx, "select * from londiste.global_remove_table($1, $2)", options_.queue, table);
    constexpr int kNotFound =
        400;  // not registered here: removed by hand, or filtered when it was added
    output::LogAnswer(answer.code == kNotFound ? answer : cascade::Require(answer));
    removed_tables_.insert(pg::QualifiedName::Parse(table).ToString());
    conditions_.Clear("no_key", pg::QualifiedName::Parse(table).ToString());
    applier_->ForgetPlans();
  }
  table_sync_.Reload();
}

void ReplicationHandler::ApplySequenceEvent(const cascade::BatchContext& context,
                                            pqxx::transaction_base& tx, const pgq::Event& event) {
  if (event.type_or_empty() == "londiste.update-seq") {
    const std::string sequence = Text(event.extra1);
    if (sequence.empty()) return Unusable(context, event, "it names no sequence");
    if (!options_.sequences.Wants(sequence)) return;
    const std::string text = Text(event.data);
    const auto value = base::ParseWhole<std::int64_t>(text);
    if (!value)
      return Unusable(context, event,
                      "\"" + text + "\" is no value of sequence \"" + sequence + "\"");
    const cascade::Answer answer =
        cascade::Call(tx, "select * from londiste.global_update_seq($1, $2, $3)", options_.queue,
                      sequence, *value);
    spdlog::debug("{}: {} to {}", cascade::Require(answer).note, sequence, *value);
    return;
  }
  const std::string sequence = Text(event.data);
  if (sequence.empty()) return Unusable(context, event, "it names no sequence");
  if (!options_.sequences.Wants(sequence)) return;
  const cascade::Answer answer = cascade::Call(
      tx, "select * from londiste.global_remove_seq($1, $2)", options_.queue, sequence);
  constexpr int kNotFound = 400;
  output::LogAnswer(answer.code == kNotFound ? answer : cascade::Require(answer));
}

bool ReplicationHandler::RemovedInThisBatch(const pgq::Event& event) const {
  if (removed_tables_.empty()) return false;
  return removed_tables_.contains(pg::QualifiedName::Parse(event.extra1_or_empty()).ToString());
}

void ReplicationHandler::Flush(const cascade::BatchContext&, pqxx::transaction_base&) {
  applier_->Flush();
}

void ReplicationHandler::Finish(const cascade::BatchContext& context, pqxx::transaction_base& tx) {
  EndTransaction(context, tx);
  scripts_.Finish(context, tx);
}

void ReplicationHandler::StopBefore(const cascade::BatchContext& context,
                                    pqxx::transaction_base& tx, const pgq::Event& event) {
  EndTransaction(context, tx);
  scripts_.StopBefore(context, tx, event);
}

void ReplicationHandler::EndTransaction(const cascade::BatchContext& context,
                                        pqxx::transaction_base& tx) {
  stats_ = applier_->FinishBatch();
  stats_.ignored += skipped_;
  StoreMissing(context, tx);
  ReportIndexes();
}

void ReplicationHandler::StoreMissing(const cascade::BatchContext& context,
                                      pqxx::transaction_base& tx) {
  if (apply::StoreMissingRows(tx, context.node.queue, applier_->TakeMissing()))
    table_sync_.MissingRowsStored();
}

void ReplicationHandler::ReportIndexes() {
  for (const auto& [table, without] : applier_->TakeIndexNews()) {
    if (!without) {
      conditions_.Clear("no_key", table);
      continue;
    }
    conditions_.Set(
        {.kind = "no_key",
         .subject = table,
         .message =
             "table " + table + " has no index on its key here: each change reads the whole table",
         .hint = "Create the provider's primary key here, or an index on its columns."});
  }
}

void ReplicationHandler::Committed(const cascade::BatchContext& context) {
  table_sync_.Committed(context);
}

void ReplicationHandler::RolledBack() {
  if (applier_) applier_->Abort();
  scripts_.Forget();
  table_sync_.Reload();
}

}  // namespace londiste::worker
