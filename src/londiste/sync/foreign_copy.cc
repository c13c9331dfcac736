#include "londiste/sync/foreign_copy.h"

#include <spdlog/spdlog.h>

#include "base/interrupt.h"
#include "daemon/pid_file.h"
#include "londiste/tables/table_state.h"

namespace londiste::sync {
namespace {

using Kind = tables::MergeState::Kind;
constexpr base::Duration kPoll{500};  // they look every 3 s

std::optional<tables::Table> Look(pg::Connection& target, const std::string& queue,
                                  const std::string& table) {
  pqxx::work tx(target);
  auto row = tables::LockTable(tx, queue, table);
  tx.commit();
  return row;
}

}  // namespace

bool HasForeignCopy(const std::string& pidfile, const std::string& table) {
  return !pidfile.empty() && daemon_process::LivePid(pidfile + ".copy." + table).has_value();
}

bool AnswerForeignCopy(const cascade::BatchContext& context, const std::string& pidfile,
                       const tables::Table& table, base::Interrupt& interrupt) {
  if (table.state.kind != Kind::kWannaSync && table.state.kind != Kind::kDoSync) return false;
  if (table.state.kind == Kind::kWannaSync) {
    if (context.batch.tick < *table.state.tick) return false;
    pqxx::work tx(context.target);
    // Their ticks name the batch that is about to be processed, not the one before it.
    tables::ChangeTableState(tx, context.node.queue, table.name,
                             {.to = {.kind = Kind::kDoSync, .tick = context.batch.tick},
                              .actor = tables::StateTransition::Actor::kMainWorker});
    tx.commit();
  }
  spdlog::info("{}: waiting for its copy process to reach tick {}", table.name,
               ToString(context.batch.tick));
  bool woken = false;
  while (HasForeignCopy(pidfile, table.name)) {
    const auto row = Look(context.target, context.node.queue, table.name);
    if (!row || row->state.kind != Kind::kDoSync) break;
    switch (interrupt.Sleep(base::Deadline::After(kPoll))) {
      case base::Interrupt::Woken::kStop:
        throw base::Interrupted();
      case base::Interrupt::Woken::kWake:
        woken = true;
        break;
      case base::Interrupt::Woken::kTimeout:
        break;
    }
  }
  if (woken) interrupt.Wake();  // it was meant for the worker's own loop
  return true;
}

}  // namespace londiste::sync
