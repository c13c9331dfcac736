#include "cascade/consumer_hold.h"

#include <chrono>

#include "base/error.h"
#include "base/poll_until.h"
#include "cascade/cut.h"
#include "cascade/node.h"

namespace cascade {
namespace {

using namespace std::chrono_literals;

// The consumer goes on after this much silence of ours, or when our session is gone.
constexpr double kSecondsHeld = 15;
constexpr auto kRenewEvery = 3s;
// It may be in the middle of a batch.
constexpr auto kPatience = 60s;
constexpr auto kRemindEvery = 10s;

}  // namespace

ConsumerHold::ConsumerHold(pg::Connection& connection, std::string queue, std::string consumer,
                           std::string node)
    : connection_(connection),
      queue_(std::move(queue)),
      consumer_(std::move(consumer)),
      node_(std::move(node)) {
  Ask();
}

ConsumerHold::~ConsumerHold() {
  try {
    if (held_) Release();
  } catch (const std::exception&) {
    // It ends by itself.
  }
}

void ConsumerHold::Ask() {
  pqxx::work tx(connection_);
  Require(Call(tx, "select * from pgq_node.hold_consumer($1, $2, $3, $4)", queue_, consumer_,
               tick_ ? std::optional(tick_->value()) : std::nullopt, kSecondsHeld));
  tx.commit();
  held_ = true;
  renew_ = base::Deadline::After(kRenewEvery);
}

void ConsumerHold::AwaitAnswer(const std::function<void(const std::string& line)>& remind) {
  const base::Deadline give_up = base::Deadline::After(kPatience);
  const auto answered = [&] {
    Renew();
    pqxx::work tx(connection_);
    if (GetConsumerState(tx, queue_, consumer_).uptodate) return true;
    if (give_up.Passed())
      throw NoCut("worker \"" + consumer_ + "\" of node " + node_ + " does not answer",
                  "It must run, and be able to work: see its log and command status.");
    return false;
  };
  base::PollUntil(connection_.interrupt(), answered, kRemindEvery, [&] {
    remind("still waiting for worker \"" + consumer_ + "\" of node " + node_);
  });
}

void ConsumerHold::GoOnTo(pgq::TickId tick) {
  tick_ = tick;
  Ask();
}

void ConsumerHold::Renew() {
  if (renew_.Passed()) Ask();
}

bool ConsumerHold::HasReached(pgq::TickId tick, pgq::TickId& position) {
  pqxx::work tx(connection_);
  const ConsumerState state = GetConsumerState(tx, queue_, consumer_);
  if (!state.completed_tick) throw base::Error("node " + node_ + " has no position");
  position = *state.completed_tick;
  if (position < tick && state.paused)
    throw NoCut("worker \"" + consumer_ + "\" of node " + node_ + " is paused at tick " +
                    ToString(position),
                "Run resume on that node.");
  return position >= tick;
}

void ConsumerHold::Release() {
  held_ = false;
  pqxx::work tx(connection_);
  Require(Call(tx, "select * from pgq_node.release_consumer($1, $2)", queue_, consumer_));
  tx.commit();
}

}  // namespace cascade
