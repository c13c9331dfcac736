#include "londiste/copy_thread/tick_source.h"

#include "base/error.h"
#include "cascade/walk_to_root.h"
#include "pg/error.h"

namespace londiste::copy_thread {
namespace {

void ForceTick(pqxx::transaction_base& tx, const std::string& queue) {
  tx.exec_params("select pgq.force_tick($1)", queue);
}

}  // namespace

TickSource::TickSource(pg::Connection& source, std::string queue, const copy::Remote& remote)
    : source_(source), queue_(std::move(queue)), remote_(remote) {}

bool TickSource::Covers(pgq::TickId tick, const pgq::Snapshot& snapshot) {
  pqxx::work tx(source_);
  const pqxx::result rows = tx.exec_params(
      "select t.tick_snapshot from pgq.tick t join pgq.queue q on q.queue_id = t.tick_queue where "
      "q.queue_name = $1 and t.tick_id = $2",
      queue_, tick.value());
  return !rows.empty() && pgq::Snapshot::Parse(rows[0][0].as<std::string>()).Covers(snapshot);
}

std::string TickSource::AskForTick() {
  const auto now = base::Clock::now();
  if (now < next_) return "";
  next_ = now + pause_.Next();
  try {
    ForceTickAtRoot();
  } catch (const base::Interrupted&) {
    throw;
  } catch (const pqxx::broken_connection&) {
    throw;
  } catch (const std::exception&) {
    const pg::Failure failure = pg::DescribeCurrentFailure(&source_.interrupt());
    if (failure.kind == pg::FailureKind::kInterrupted) throw;
    return failure.message;
  }
  return "";
}

// Branches get the root's ticks, so only there one can be asked for.
void TickSource::ForceTickAtRoot() {
  const auto force_if_root = [this](pg::Connection& connection) {
    pqxx::work tx(connection);
    auto node = cascade::GetNodeInfo(tx, queue_);
    if (node && node->type == cascade::NodeType::kRoot) {
      ForceTick(tx, queue_);
      tx.commit();
    }
    return node;
  };
  const auto own = force_if_root(source_);
  if (!own) {  // a queue without nodes
    pqxx::work tx(source_);
    ForceTick(tx, queue_);
    tx.commit();
    return;
  }
  cascade::WalkToRoot(*own, [&](const std::string&, const std::string& location) {
    return force_if_root(*remote_.Open(location));
  });
}

}  // namespace londiste::copy_thread
