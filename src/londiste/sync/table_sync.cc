#include "londiste/sync/table_sync.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "cascade/node_duties.h"
#include "londiste/sync/foreign_copy.h"
#include "londiste/sync/leftover_consumers.h"
#include "londiste/tables/other_feeders.h"
#include "londiste/tables/table_state.h"

namespace londiste::sync {
namespace {

// Changes of the tables, of which of them are here and in sync, and of the pending foreign keys, in
// one cheap question.
constexpr const char* kSignature =
    "select t.signature, t.in_sync, k.signature, k.signature <> '0:0' from "
    "(select count(*) || ':' || coalesce(sum(xmin::text::bigint * nr), 0) as signature, "
    "count(*) filter (where local) || ':' || count(*) filter (where ok) || ':' || "
    "coalesce(sum(xmin::text::bigint * nr) filter (where ok), 0) as in_sync from "
    "(select xmin, nr, local, local and merge_state = 'ok' and custom_snapshot is null as ok "
    "from londiste.table_info where queue_name = $1) i) t, "
    "(select count(*) || ':' || coalesce(sum(xmin::text::bigint), 0) as signature from "
    "londiste.pending_fkeys) k";

}  // namespace

TableSync::TableSync(const SyncOptions& options, pgq::Conditions& conditions,
                     base::Interrupt& main_wake)
    : worker_(options.worker),
      conditions_(conditions),
      main_wake_(main_wake),
      copies_(options.worker, options.settings, conditions, main_wake),
      timer_(main_wake),
      fkeys_(options.worker, conditions, main_wake),
      table_conditions_(conditions),
      structure_(conditions),
      left_("remove consumers that copies left behind", main_wake) {}

void TableSync::Reconfigure(copy_thread::CopySettings settings) {
  const std::lock_guard lock(settings_mutex_);
  new_settings_ = std::move(settings);
}

void TableSync::TakeNewSettings() {
  const std::lock_guard lock(settings_mutex_);
  if (!new_settings_) return;
  if (new_settings_->handlers != copies_.settings().handlers) Reload();
  copies_.SetSettings(std::move(*new_settings_));
  new_settings_.reset();
}

TableSync::Permit TableSync::BeforeNextBatch(const cascade::NodeInfo& node, pgq::TickId completed,
                                             pg::Connection& target, HandOvers hand_overs) {
  TakeNewSettings();
  TakeNode(node);
  copies_.MoveTo(completed);
  if (hand_overs == HandOvers::kAllowed) copies_.HandOver(completed, target);
  ReadIfChanged(target);
  table_conditions_.ReportMissingRows(target, worker_.queue);
  copies_.Start(tables_, refusals_, node);
  fkeys_.Look(target, fkeys_signature_, pending_fkeys_);
  RemoveLeftoverConsumers();
  copies_.ReportLockWaits();
  check_.RunIfDue(target, worker_.queue, conditions_);
  SetTimer();
  copies_.WakeAll();  // we were woken: a tick may have come
  const bool one_tick = std::ranges::any_of(tables_.tables(), [](const tables::Table& table) {
    return table.local && !table.state.ok();
  });
  return {one_tick};
}

void TableSync::TakeNode(const cascade::NodeInfo& node) {
  const std::string combined =
      cascade::DutiesOf(node).waits_behind() ? node.combined_queue.value_or("") : "";
  must_read_ = must_read_ || combined != combined_queue_;
  combined_queue_ = combined;
}

void TableSync::SetTimer() {
  auto due = copies_.NextRetry();
  for (const auto& look : {check_.Awaits(), fkeys_.Awaits()})
    if (look) due = std::min(due.value_or(*look), *look);
  if (due) timer_.Set(*due);
}

void TableSync::OnBatch(const cascade::BatchContext& context, HandOvers hand_overs) {
  copies_.MoveTo(context.batch.prev_tick);
  if (hand_overs == HandOvers::kAllowed) HandOver(context);
  // Again, though it was done before the batch was asked for: a table that was added in between has
  // rows in it, perhaps. What is added from now on has none.
  ReadIfChanged(context.target);
  in_sync_.BatchBegins();
  unknown_.BatchBegins();
}

void TableSync::HandOver(const cascade::BatchContext& context) {
  copies_.HandOver(context.batch.prev_tick, context.target);
  for (const tables::Table& table : tables_.tables()) {
    if (!table.local || !table.state.copying() || copies_.Has(table.name) ||
        !HasForeignCopy(worker_.pidfile, table.name))
      continue;
    if (AnswerForeignCopy(context, worker_.pidfile, table, main_wake_)) must_read_ = true;
  }
}

std::vector<const tables::Table*> TableSync::CopiesUnderWay() const {
  std::vector<const tables::Table*> found;
  for (const tables::Table& table : tables_.tables())
    if (table.local && table.state.copying()) found.push_back(&table);
  return found;
}

bool TableSync::copies_under_way() const {
  const auto& all = tables_.tables();
  return std::any_of(all.begin(), all.end(),
                     [](const tables::Table& table) { return table.local && !table.state.ok(); });
}

void TableSync::CopyAgain(pqxx::transaction_base& tx, const std::string& table) {
  StopCopy(table);
  const cascade::Answer answer = cascade::Call(
      tx, "select * from londiste.local_set_table_state($1, $2, null, null)", worker_.queue, table);
  constexpr int kNotFound = 404;  // it was given another name, or removed, which ends the copy
  if (answer.code != kNotFound) cascade::Require(answer);
  Reload();
}

void TableSync::Committed(const cascade::BatchContext& context) {
  copies_.MoveTo(context.batch.tick);
  unknown_.Committed();
  if (in_sync_.Committed(context)) must_read_ = true;
}

bool TableSync::MustRead() {
  if (copies_.TakeChanged()) must_read_ = true;
  return must_read_;
}

void TableSync::ReadIfChanged(pg::Connection& target) {
  const std::set<std::string> claimed = copies_.Claimed();
  {
    target.prepare("tables_signature", kSignature);
    pqxx::nontransaction tx(target);
    const pqxx::row row = tx.exec_prepared1("tables_signature", worker_.queue);
    const std::string tables = row[0].as<std::string>();
    must_read_ = must_read_ || tables != tables_signature_ || refusals_.CheckAgain();
    if (in_sync_.CheckAgain()) Reload();
    tables_signature_ = tables;
    fkeys_signature_ = row[1].as<std::string>() + "/" + row[2].as<std::string>();
    pending_fkeys_ = row[3].as<bool>();
  }
  if (!MustRead()) return;
  Read(target);
  copies_.CancelUnwanted(tables_, claimed);
  check_.TablesChanged();
}

void TableSync::Read(pg::Connection& target) {
  if (first_read_) {
    tables::AwaitUnfinishedChanges(target, worker_.queue);
    copies_.ForgetOldConditions();
    conditions_.Replace(kUnknownTable, {});  // those of an earlier process
  }
  first_read_ = false;
  pqxx::nontransaction tx(target);
  // Should it fail halfway, nobody would know any more what had changed.
  const Rows rows = std::exchange(must_read_all_, true) ? Rows::kAll : Rows::kChanged;
  ReadList(tx, rows);
  must_read_ = must_read_all_ = false;
}

// What is committed decides about copies, so they are looked at before the next batch.
bool TableSync::ReadWithinBatch(pqxx::transaction_base& tx) {
  Reload();
  if (tx.exec_params1(kSignature, worker_.queue)[0].as<std::string>() == tables_signature_)
    return false;
  ReadList(tx, Rows::kAll);
  return true;
}

void TableSync::ReadList(pqxx::transaction_base& tx, Rows rows) {
  const std::string now = tx.exec1("select now()")[0].as<std::string>();  // not later than the list
  std::optional<std::vector<std::string>> changed;
  if (rows == Rows::kChanged)
    changed = tables_.ReadChanged(tx, worker_.queue);
  else
    tables_.Read(tx, worker_.queue);
  leftover_consumers_ = copy_thread::FindCopyConsumers(tx, worker_.queue, worker_.consumer);
  const handlers::HandlerSettings& handlers = copies_.settings().handlers;
  refusals_.Find(tables_, tables::FindOtherFeeders(tx, worker_.queue), combined_queue_, handlers,
                 conditions_);
  in_sync_.Load(tx, tables_, changed, now, handlers, conditions_);
  table_conditions_.TablesRead(tables_);
  structure_.Changed();
}

void TableSync::RemoveLeftoverConsumers() {
  std::vector<copy_thread::LeftoverConsumer> left;
  for (const copy_thread::LeftoverConsumer& consumer : leftover_consumers_) {
    const tables::Table* table = tables_.Find(consumer.table);
    const bool used = table && table->local && !table->state.ok();
    if (!used && !copies_.Has(consumer.table) && !HasForeignCopy(worker_.pidfile, consumer.table))
      left.push_back(consumer);
  }
  if (left.empty()) return;
  const bool started =
      left_.StartIfDue([worker = worker_, extra = copies_.settings().remote_extra_connstr,
                        left](base::Interrupt& interrupt) {
        sync::RemoveLeftoverConsumers(worker.local_connstr, worker.queue, left,
                                      {extra, worker.application_name + " cleanup", interrupt});
      });
  if (started) must_read_ = true;  // the list of those left is read again
}

void TableSync::ReportUnknownTables(const std::function<bool(const std::string&)>& wanted) {
  unknown_.Report(tables_, wanted, worker_.queue, conditions_);
}

apply::TargetTable* TableSync::Resolve(std::string_view queue_table, pgq::Txid txid) {
  apply::TargetTable* table = in_sync_.Resolve(queue_table, txid);
  if (!table && !tables_.Find(queue_table)) unknown_.Count(queue_table);
  return table;
}

}  // namespace londiste::sync
