#include "cascade/position_proof.h"

#include <utility>

#include "cascade/decimals.h"
#include "cascade/tick_time.h"

namespace cascade {
namespace {

std::string Ahead(const TickProof& known, const ProviderTick& seen) {
  if (!seen.before) return "";
  const std::int64_t ticks = known.tick.value() - seen.before->id.value();
  std::string text = " by " + std::to_string(ticks) + " tick" + (ticks == 1 ? "" : "s");
  const auto mine = TickMicroseconds(known.time), theirs = TickMicroseconds(seen.before->time);
  if (mine && theirs) text += " (" + Decimals(double(*mine - *theirs) / 1e6, 1) + " s)";
  return text;
}

std::string Servers(const ServerHistory& before, const ServerHistory& now) {
  if (before.system_identifier && now.system_identifier &&
      before.system_identifier != now.system_identifier)
    return "; the provider is another server now (system identifier " +
           std::to_string(*now.system_identifier) + ", it was " +
           std::to_string(*before.system_identifier) + ")";
  if (before.timeline && now.timeline && before.timeline != now.timeline)
    return "; the provider's server is on timeline " + std::to_string(*now.timeline) +
           " now, it was on " + std::to_string(*before.timeline);
  return "";
}

std::string Hint(NodeType type) {
  const std::string start =
      "The provider was restored, cloned, or failed over to a standby that lacked changes, which "
      "this node has. If its location leads to the wrong server, correct that with "
      "pgq_node.register_location. If the provider is a branch, worker --rewind there brings them "
      "back, and this node continues. ";
  if (type == NodeType::kBranch)
    return start +
           "Otherwise remove the nodes below this one, and this one, with drop-node, and create "
           "them again: they have the same changes. Or let this node take over: if the provider is "
           "the root, end it, and run takeover with --dead-root here.";
  return start +
         "Otherwise stop the worker, run resync --all, then worker --reset, and start the worker: "
         "it copies all tables again.";
}

}  // namespace

std::string DescribeLostTime(const std::string& node, const std::string& provider,
                             const TickProof& known, const ProviderTick& seen,
                             const ServerHistory& server) {
  std::string text = "node \"" + node + "\" is ahead of its provider \"" + provider + "\"" +
                     Ahead(known, seen) + ": tick " + ToString(known.tick) +
                     ", which it has applied, is ";
  if (seen.tick)
    text += "another one there, of " + seen.tick->time + " and not of " + known.time;
  else
    text += "not there";
  return text + Servers(known.server, server);
}

void PositionProof::NodeConnected(pg::Connection& local) {
  {
    pqxx::nontransaction tx(local);
    kept_ = KeepsProofs(tx);
  }
  if (kept_) known_.reset();
}

void PositionProof::PositionIs(pg::Connection& local, pgq::TickId completed) {
  completed_ = completed;
  if (known_ && known_->tick == completed) return;
  known_.reset();
  if (!kept_) return;
  pqxx::nontransaction tx(local);
  known_ = ReadProof(tx, queue_, consumer_);
  if (known_ && known_->tick != completed) known_.reset();
}

void PositionProof::ProviderConnected(pg::Connection& provider, const NodeInfo& node,
                                      const std::string& provider_node, pg::Connection& local) {
  node_ = node.name;
  type_ = node.type;
  provider_node_ = provider_node;
  server_ = ReadServerHistory(provider);
  if (known_) {
    FoundAt(provider);
    return;
  }
  // Where both agree, the tick that the provider has now is the one from here on.
  const ProviderTick seen = LookAtTick(provider, queue_, consumer_, completed_, "");
  if (!seen.tick || seen.consumer != completed_ || ProvesNothing(seen.tick->event_seq)) return;
  known_ = {seen.tick->id, seen.tick->time, seen.tick->event_seq, provider_node_, server_};
  if (!kept_) return;
  pqxx::work tx(local);
  StoreProof(tx, queue_, consumer_, *known_);
  tx.commit();
}

void PositionProof::CheckBatch(const pgq::Batch& batch, pg::Connection& provider) const {
  if (!known_) return;
  const bool other =
      batch.prev_tick == known_->tick
          ? IsAnother(batch.prev_tick_time, batch.prev_tick_event_seq)
          : batch.tick == known_->tick && IsAnother(batch.tick_time, batch.tick_event_seq);
  if (other) Raise(LookAtTick(provider, queue_, consumer_, known_->tick, known_->time));
}

bool PositionProof::FoundAt(pg::Connection& provider) const {
  if (!known_) return false;
  const ProviderTick seen = LookAtTick(provider, queue_, consumer_, known_->tick, known_->time);
  if (seen.tick) {
    if (IsAnother(seen.tick->time, seen.tick->event_seq)) Raise(seen);
    return true;
  }
  // A consumer that stands later no longer keeps the tick, which may have been removed in time.
  if (seen.consumer && *seen.consumer < known_->tick) Raise(seen);
  return false;
}

const TickProof* PositionProof::For(const pgq::Batch& batch) {
  if (!kept_ || ProvesNothing(batch.tick_event_seq)) return nullptr;
  next_ = ProofOf(batch);
  return &next_;
}

void PositionProof::Moved(const pgq::Batch& batch) {
  completed_ = batch.tick;
  known_.reset();
  if (!ProvesNothing(batch.tick_event_seq)) known_ = ProofOf(batch);
}

TickProof PositionProof::ProofOf(const pgq::Batch& batch) const {
  return {batch.tick, batch.tick_time, batch.tick_event_seq, provider_node_, server_};
}

bool PositionProof::IsAnother(const std::string& time, std::int64_t event_seq) const {
  if (SameTickTime(time, known_->time)) return false;
  return !ProvesNothing(event_seq) || known_->provider_node == provider_node_;
}

void PositionProof::Raise(const ProviderTick& seen) const {
  throw ProviderLostTime(DescribeLostTime(node_, provider_node_, *known_, seen, server_),
                         Hint(type_));
}

}  // namespace cascade
