// A root that was given up for dead, while another node took over, must accept no changes when it
// comes back: nobody would get them. The new root holds consumer `<old root>.gravestone` for it.
//
// The root's worker asks the other live members of the queue when it starts, when it has connected
// again, and every global_wm_publish_period, on a thread with sessions of its own, so that members
// that do not answer hold nothing up. Where one of them is root and has the gravestone, the queue
// here is closed as by the first step of demote_root, and condition `superseded` says so. Whoever
// cannot be asked changes nothing: neither closes he the queue, nor is the condition over.
//
// Owned by the worker's loop, on whose thread it is used.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellable_thread.h"
#include "base/clock.h"
#include "cascade/node.h"
#include "cascade/worker.h"
#include "pgq/conditions.h"

namespace cascade {

class SupersededRoot {
 public:
  // `wake` is woken when an answer is there.
  SupersededRoot(const WorkerOptions& options, WorkerObserver& observer,
                 pgq::Conditions& conditions, base::Interrupt& wake)
      : options_(options), observer_(observer), conditions_(conditions), wake_(wake) {}

  // A new session with the node: the others are asked again at once.
  void NodeConnected() { due_ = {}; }
  // In each round of a root, outside a transaction: takes an answer, acts on it, asks when it is
  // time.
  void Check(const NodeInfo& node, pg::Connection& local);
  // The node is no root, or not any more.
  void NotRoot(const std::string& node);

  // As of the last answer or question: the queue takes no events, so there is nothing to publish.
  bool closed() const { return closed_; }

 private:
  struct Question {
    std::string queue, consumer, extra_connstr, application_name;
    std::vector<Location> members;
  };
  struct Answer {
    std::optional<std::string> new_root, since;  // who took over, and when
    std::vector<std::string> unheard;            // of those that were asked
  };
  struct Look {
    Question question;
    Answer answer;                                  // valid when the thread is over
    std::optional<base::CancellableThread> thread;  // last: it uses the others
  };

  static Answer Ask(const Question& question, base::Interrupt& interrupt);
  static bool AskMember(const Question& question, const Location& member,
                        base::Interrupt& interrupt, Answer& answer);
  void Start(const NodeInfo& node, pg::Connection& local);
  void Take(const NodeInfo& node, pg::Connection& local);
  void Close(const std::string& queue, pg::Connection& local);
  bool ReadClosed(const std::string& queue, pg::Connection& local) const;

  const WorkerOptions& options_;
  WorkerObserver& observer_;
  pgq::Conditions& conditions_;
  base::Interrupt& wake_;
  bool closed_ = false;
  base::Clock::time_point due_{};
  std::unique_ptr<Look> look_;
};

}  // namespace cascade
