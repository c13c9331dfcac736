#include "cascade/consumer_registration.h"

#include <algorithm>

#include "base/error.h"
#include "cascade/sole_worker.h"
#include "pg/error.h"
#include "pgq/subscription.h"

namespace cascade {
namespace {

constexpr base::Duration kLookEvery(100);
// How long a consumer that runs may take to notice a pause between two batches, in times of its
// poll interval and at least.
constexpr int kNoticeRounds = 3;
constexpr base::Duration kNoticeTime(3'000);

std::string Quoted(const std::string& name) { return "\"" + name + "\""; }

// The node and its consumer, as far as it is registered.
class Target {
 public:
  Target(const ConsumerOptions& options, base::Interrupt& interrupt)
      : options_(options),
        interrupt_(interrupt),
        connection_(pg::ConnectOptions::Fixed(options.connstr, Name()), interrupt) {
    pqxx::nontransaction tx(connection_);
    std::optional<NodeInfo> node = GetNodeInfo(tx, options.queue);
    if (!node)
      throw base::Error("no node of queue " + Quoted(options.queue) + " in this database",
                        "Create it with create-root, create-branch or create-leaf.");
    node_ = std::move(*node);
    if (options.consumer.empty() || options.consumer == node_.worker_name ||
        options.consumer.starts_with('.'))
      throw base::Error(
          Quoted(options.consumer) + " is no name for a consumer of queue " + Quoted(options.queue),
          "Names that begin with a dot and those of the nodes' workers are the "
          "cascade's own.");
    locations_ = GetLocations(tx, options.queue);
  }

  const NodeInfo& node() const { return node_; }
  pg::Connection& connection() { return connection_; }
  std::unique_ptr<pg::Connection> Connect() const {
    return std::make_unique<pg::Connection>(pg::ConnectOptions::Fixed(options_.connstr, Name()),
                                            interrupt_);
  }

  // nullopt: not registered.
  std::optional<ConsumerState> State() {
    pqxx::nontransaction tx(connection_);
    const pqxx::result known =
        tx.exec_params("select 1 from pgq_node.get_consumer_info($1) where consumer_name = $2",
                       options_.queue, options_.consumer);
    if (known.empty()) return std::nullopt;
    return GetConsumerState(tx, options_.queue, options_.consumer);
  }
  ConsumerState RequireState() {
    std::optional<ConsumerState> state = State();
    if (!state)
      throw base::Error("Unknown consumer: " + options_.queue + "/" + options_.consumer,
                        "Register it first.");
    return *state;
  }

  std::unique_ptr<pg::Connection> ConnectTo(const std::string& provider_node) {
    const auto location = std::ranges::find(locations_, provider_node, &Location::node);
    if (location == locations_.end())
      throw base::Error("New node not found: " + provider_node,
                        "Command members lists the nodes of the cascade.");
    return std::make_unique<pg::Connection>(
        pg::ConnectOptions::FixedAt(location->connstr, options_.provider_extra_connstr, Name()),
        interrupt_);
  }

 private:
  std::string Name() const {
    return options_.application_name.empty() ? options_.consumer : options_.application_name;
  }

  const ConsumerOptions& options_;
  base::Interrupt& interrupt_;
  pg::Connection connection_;
  NodeInfo node_;
  std::vector<Location> locations_;
};

// A subscriber's worker has that name there.
void RefuseWorkersName(pqxx::transaction_base& provider, const ConsumerOptions& options) {
  const pqxx::result worker = provider.exec_params(
      "select node_name from pgq_node.get_subscriber_info($1) where worker_name = $2",
      options.queue, options.consumer);
  if (!worker.empty())
    throw base::Error(Quoted(options.consumer) + " is the worker of node " +
                          Quoted(worker[0][0].c_str()) + ", which reads from the same provider",
                      "Give the consumer another name.");
}

// Returns where the consumer stands. What an interrupted registration has left is taken over.
pgq::TickId RegisterAtProvider(pg::Connection& provider, const ConsumerOptions& options,
                               std::optional<pgq::TickId> first_tick) {
  pqxx::work tx(provider);
  RefuseWorkersName(tx, options);
  const bool is_new =
      first_tick ? pgq::RegisterConsumerAt(tx, options.queue, options.consumer, *first_tick)
                 : pgq::RegisterConsumer(tx, options.queue, options.consumer);
  const auto there = pgq::GetConsumerInfo(tx, options.queue, options.consumer);
  if (!there || !there->last_tick)
    throw base::Error("the provider does not tell the position of consumer " +
                      Quoted(options.consumer));
  if (!is_new && (there->current_batch || (first_tick && there->last_tick != first_tick)))
    throw base::Error("the provider has another consumer " + Quoted(options.consumer) +
                          " of queue " + Quoted(options.queue) + ", at tick " +
                          ToString(*there->last_tick),
                      "Choose another name, or unregister that consumer there.");
  tx.commit();
  return *there->last_tick;
}

void UnregisterAtProvider(Target& target, const std::string& provider_node,
                          const ConsumerOptions& options) {
  const auto provider = target.ConnectTo(provider_node);
  pqxx::work tx(*provider);
  pgq::UnregisterConsumer(tx, options.queue, options.consumer);
  tx.commit();
}

// A consumer of which nobody else has it now: paused, and its last batch finished.
class PausedConsumer {
 public:
  PausedConsumer(Target& target, const ConsumerOptions& options)
      : target_(target), options_(options), was_paused_(target.RequireState().paused) {}
  // Nothing came of it: as it was.
  ~PausedConsumer() {
    if (done_ || was_paused_) return;
    try {
      pqxx::nontransaction tx(target_.connection());
      SetPaused(tx, false);
    } catch (...) {  // the session is lost; `status` shows the pause
    }
  }
  PausedConsumer(const PausedConsumer&) = delete;
  PausedConsumer& operator=(const PausedConsumer&) = delete;

  // Returns its state when it stands still.
  ConsumerState Wait(base::Interrupt& interrupt, base::Duration patience) {
    if (!was_paused_) {
      pqxx::nontransaction tx(target_.connection());
      SetPaused(tx, true);
    }
    const base::Deadline end = base::Deadline::After(patience);
    const base::Deadline noticed = base::Deadline::After(
        std::min(patience, std::max(kNoticeTime, options_.poll_interval * kNoticeRounds)));
    // Nobody will say so where nobody is at work.
    while (!target_.RequireState().uptodate && !(noticed.Passed() && Claim(interrupt))) {
      if (interrupt.stopping()) throw base::Interrupted();
      if (end.Passed())
        throw base::Error("consumer " + Quoted(options_.consumer) +
                              " did not pause in time; its provider was not changed",
                          "Its process may be busy with a large batch, or hang.");
      interrupt.Sleep(base::Deadline::After(kLookEvery));
    }
    return target_.RequireState();
  }
  // In the transaction that has changed the provider.
  void Resume(pqxx::transaction_base& tx) {
    if (!was_paused_) SetPaused(tx, false);
  }
  void Done() { done_ = true; }

 private:
  // True: nobody is at work, and nobody can be while this object lives.
  bool Claim(base::Interrupt& interrupt) {
    try {
      claim_ = target_.Connect();
      ClaimWork(*claim_,
                {.queue = options_.queue,
                 .consumer = options_.consumer,
                 .what = "consumes queue " + Quoted(options_.queue) + " at this node",
                 .function = "pgq_node.set_consumer_completed(text, text, bigint)",
                 .wake_channel = ""},
                interrupt);
      return true;
    } catch (const AnotherWorker&) {
      claim_.reset();  // a consumer that starts again must not find us in its way
      return false;
    }
  }
  void SetPaused(pqxx::transaction_base& tx, bool paused) {
    Require(Call(tx, "select * from pgq_node.set_consumer_paused($1, $2, $3)", options_.queue,
                 options_.consumer, paused));
  }

  Target& target_;
  const ConsumerOptions& options_;
  const bool was_paused_;
  std::unique_ptr<pg::Connection> claim_;
  bool done_ = false;
};

}  // namespace

Registered RegisterConsumer(const ConsumerOptions& options, const std::string& provider_node,
                            std::optional<pgq::TickId> first_tick, base::Interrupt& interrupt) {
  Target target(options, interrupt);
  if (const auto state = target.State()) {
    if (!provider_node.empty() && provider_node != state->provider_node)
      throw base::Error("consumer " + Quoted(options.consumer) + " reads from node " +
                            Quoted(state->provider_node) + ", not " + Quoted(provider_node),
                        "Change its provider instead.");
    const auto provider = target.ConnectTo(state->provider_node);
    pqxx::work tx(*provider);
    pgq::RegisterConsumerAt(tx, options.queue, options.consumer, state->completed_tick.value());
    tx.commit();
    return Registered::kWasThere;
  }
  const std::string from = !provider_node.empty()                  ? provider_node
                           : target.node().type == NodeType::kLeaf ? target.node().provider_node
                                                                   : target.node().name;
  const pgq::TickId position = RegisterAtProvider(*target.ConnectTo(from), options, first_tick);
  pqxx::work tx(target.connection());
  Require(Call(tx, "select * from pgq_node.register_consumer($1, $2, $3, $4)", options.queue,
               options.consumer, from, position.value()));
  tx.commit();
  return Registered::kNew;
}

bool UnregisterConsumer(const ConsumerOptions& options, base::Interrupt& interrupt,
                        OldProvider old_provider) {
  Target target(options, interrupt);
  const auto state = target.State();
  if (!state) return false;
  // First, as the node knows the provider only as long as the consumer is registered here.
  if (old_provider == OldProvider::kUnregister)
    UnregisterAtProvider(target, state->provider_node, options);
  pqxx::work tx(target.connection());
  Require(Call(tx, "select * from pgq_node.unregister_consumer($1, $2)", options.queue,
               options.consumer));
  tx.commit();
  return true;
}

std::string ChangeConsumerProvider(const ConsumerOptions& options, const std::string& provider_node,
                                   base::Interrupt& interrupt, OldProvider old_provider,
                                   base::Duration patience) {
  Target target(options, interrupt);
  const std::string old_node = target.RequireState().provider_node;
  if (provider_node == old_node) return {};
  const auto provider = target.ConnectTo(provider_node);
  PausedConsumer paused(target, options);
  const ConsumerState state = paused.Wait(interrupt, patience);
  {
    pqxx::work tx(*provider);
    RefuseWorkersName(tx, options);
    pgq::RepositionConsumer(tx, options.queue, options.consumer, state.completed_tick.value());
    tx.commit();
  }
  pqxx::work tx(target.connection());
  Require(Call(tx, "select * from pgq_node.change_consumer_provider($1, $2, $3)", options.queue,
               options.consumer, provider_node));
  paused.Resume(tx);
  tx.commit();
  paused.Done();
  if (old_provider == OldProvider::kIsGone) return {};
  try {
    UnregisterAtProvider(target, old_node, options);
    return {};
  } catch (const base::Interrupted&) {
    throw;
  } catch (...) {
    return pg::DescribeCurrentFailure(&interrupt).message;
  }
}

}  // namespace cascade
