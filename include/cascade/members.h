// The nodes of one queue as a command sees them that works on several: who they are, a session to
// each, and what they say of themselves.
//
// Lives for one command, on its thread. Sessions are opened when they are needed and kept.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/interrupt.h"
#include "cascade/node.h"
#include "pg/connection.h"

namespace cascade {

inline constexpr const char* kRegisterLocation =
    "select * from pgq_node.register_location($1, $2, $3, $4)";

class Members {
 public:
  struct Options {
    std::string queue, own_node;
    std::set<std::string> told_dead;  // besides those that are tagged so: never connected to
    // On which the worker of a queue's node listens in the node's database.
    std::function<std::string(const std::string& queue)> wake_channel;
    // Opens a session to a node; throws base::Error that names it.
    std::function<std::unique_ptr<pg::Connection>(const Location& member, bool own,
                                                  base::Interrupt& interrupt)>
        connect;
    // What a function answered that a node was asked to carry out; "" for the own node.
    std::function<void(const Answer& answer, const std::string& node)> log;
  };

  // `interrupt` must outlive it.
  Members(Options options, base::Interrupt& interrupt);
  ~Members();
  Members(const Members&) = delete;

  const std::string& queue() const { return options_.queue; }
  const std::string& own_node() const { return options_.own_node; }
  base::Interrupt& interrupt() { return *interrupt_; }

  // As the own node lists them, by name.
  const std::vector<Location>& locations();
  // Throws base::Error `Node 'x' not found`.
  const Location& Find(const std::string& node);
  bool knows(const std::string& node);
  // Tagged dead in the own node's list, or told so; never the own node.
  bool dead(const std::string& node);
  // As if it had been told so at the beginning.
  void TakeAsDead(const std::string& node) { options_.told_dead.insert(node); }
  // Nodes that are not dead, by name.
  std::vector<std::string> living();

  // The session with a node. Throws pg::ConnectFailed, AnotherWorker (see Claim).
  pg::Connection& Open(const std::string& node);
  // nullptr when it does not answer; `failure` then says why. Who has not answered once is not
  // asked again by this.
  pg::Connection* TryOpen(const std::string& node, std::string* failure = nullptr);
  // From now on no other process may change the nodes that this one has sessions with: it is marked
  // in each. Throws AnotherWorker when there is one.
  void Claim();
  // After a failure, when sessions may be in any state, or the command has been told to stop: the
  // next ones are opened afresh, and nobody stops them.
  void StartOver();

  // Runs `work(tx)` in a transaction on the node and commits; returns what it returns.
  template <class Work>
  auto On(const std::string& node, Work work) {
    pqxx::work tx(Open(node));
    if constexpr (std::is_void_v<decltype(work(tx))>) {
      work(tx);
      tx.commit();
    } else {
      auto result = work(tx);
      tx.commit();
      return result;
    }
  }
  // Carries out a function that answers with ret_code and ret_note: in a transaction of its own,
  // logged. Throws base::Error `[node] note` when it refuses.
  template <class... Args>
  Answer Do(const std::string& node, const std::string& sql, Args&&... args) {
    pqxx::work tx(Open(node));
    const Answer answer = Call(tx, sql, std::forward<Args>(args)...);
    Accept(node, answer);
    tx.commit();
    options_.log(answer, Elsewhere(node));
    return answer;
  }
  // The same within a transaction that the caller commits.
  template <class... Args>
  Answer DoIn(pqxx::transaction_base& tx, const std::string& node, const std::string& sql,
              Args&&... args) {
    const Answer answer = Call(tx, sql, std::forward<Args>(args)...);
    Accept(node, answer);
    options_.log(answer, Elsewhere(node));
    return answer;
  }

  // What a node says of itself now. Throws base::Error `[node] Unknown queue: q`.
  NodeInfo Info(const std::string& node);
  // The newest tick of its own queue.
  std::optional<pgq::TickId> NewestTick(const std::string& node);
  // Worker name by node, of those who read from it.
  std::map<std::string, std::string> Subscribers(const std::string& node);
  bool HasConsumer(const std::string& node, const std::string& consumer);
  // Makes the worker of a queue's node in that node's database look at it now.
  void WakeWorker(const std::string& node, const std::string& queue);

 private:
  void Accept(const std::string& node, const Answer& answer) const;
  // "" for the own node, which needs no name in the log.
  std::string Elsewhere(const std::string& node) const;
  void Mark(pg::Connection& connection, const std::string& node);

  Options options_;
  base::Interrupt unstoppable_;
  base::Interrupt* interrupt_;
  std::optional<std::vector<Location>> locations_;
  std::map<std::string, std::unique_ptr<pg::Connection>> sessions_;
  std::map<std::string, std::string> silent_;  // nodes that did not answer, and why
  bool claimed_ = false;
};

}  // namespace cascade
