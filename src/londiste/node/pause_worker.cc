#include "londiste/node/pause_worker.h"

#include <spdlog/spdlog.h>

#include <chrono>

#include "base/error.h"
#include "base/poll_until.h"
#include "daemon/pid_file.h"
#include "londiste/node/node_session.h"
#include "londiste/output/answer_log.h"

namespace londiste::node {
namespace {

using namespace std::chrono_literals;

// Long enough for a worker on another machine that shares this configuration to answer.
constexpr auto kPatienceWithoutProcess = 3s;
constexpr auto kRemindEvery = 10s;

// The pid file is only seen on the worker's own machine, so a missing one is a hint and no proof.
bool ProcessIsKnownToRun(const CommandContext& context) {
  const std::string& path = context.settings.text("pidfile");
  return path.empty() || daemon_process::LivePid(path).has_value();
}

class Handshake {
 public:
  Handshake(CommandContext& context, NodeSession& session, WorkerState wanted)
      : context_(context),
        session_(session),
        worker_(session.node().worker_name),
        paused_(wanted == WorkerState::kPaused) {}

  void SetFlag() {
    pqxx::work tx(session_.local());
    output::CommitAndReport(
        tx, cascade::Call(tx, "select * from pgq_node.set_consumer_paused($1, $2, $3)",
                          session_.queue(), worker_, paused_));
  }

  void AwaitWorker() {
    base::Deadline give_up = base::Deadline::After(kPatienceWithoutProcess);
    bool seen = false;
    auto done = [&] {
      seen = WorkerHasSeenIt();
      return seen || (give_up.Passed() && !ProcessIsKnownToRun(context_));
    };
    auto remind = [&] { spdlog::warn("still waiting for worker \"{}\": is it running?", worker_); };
    base::PollUntil(context_.interrupt, done, kRemindEvery, remind);
    if (!seen) {
      spdlog::warn("worker \"{}\" is not running here: it will be {} when it starts", worker_,
                   Word());
    }
  }

  const char* Word() const { return paused_ ? "paused" : "resumed"; }

 private:
  bool WorkerHasSeenIt() {
    pqxx::work tx(session_.local());
    cascade::ConsumerState state = cascade::GetConsumerState(tx, session_.queue(), worker_);
    if (state.paused != paused_) {
      throw base::Error(std::string("operation canceled? worker is ") +
                            (state.paused ? "paused" : "not paused") + " but should be " + Word(),
                        "Another session changed the flag in the meantime.");
    }
    return state.uptodate;
  }

  CommandContext& context_;
  NodeSession& session_;
  const std::string worker_;
  const bool paused_;
};

}  // namespace

int SetWorkerState(CommandContext& context, WorkerState wanted) {
  NodeSession session(context);
  Handshake handshake(context, session, wanted);
  handshake.SetFlag();
  session.WakeWorker();
  handshake.AwaitWorker();
  return 0;
}

}  // namespace londiste::node
