#include "cascade/procedures/worker_pause.h"

#include <chrono>

#include "base/error.h"
#include "base/poll_until.h"
#include "cascade/sole_worker.h"

namespace cascade {
namespace {

using namespace std::chrono_literals;

// A worker of ours answers in milliseconds, or when its batch is done. One of SkyTools' looks once
// a second, on a root every ten seconds; whether it runs at all cannot be seen.
constexpr auto kPatienceWithOurs = 60s;
constexpr auto kPatienceUnseen = 15s;
constexpr auto kNobodyThere = 3s;

ConsumerState StateOf(Members& members, const WorkerOf& worker) {
  return members.On(worker.node,
                    [&](auto& tx) { return GetConsumerState(tx, worker.queue, worker.worker); });
}

// SkyTools' schema has no conditions, so its worker is likely there.
bool MayBeForeign(Members& members, const std::string& node) {
  return members.On(node, [](auto& tx) {
    return tx.exec1("select pg_catalog.to_regclass('pgq.condition') is null")[0]
        .template as<bool>();
  });
}

std::string SetPaused(Members& members, const WorkerOf& worker, bool paused) {
  members.Do(worker.node, "select * from pgq_node.set_consumer_paused($1, $2, $3)", worker.queue,
             worker.worker, paused);
  members.WakeWorker(worker.node, worker.queue);
  const bool seen = WorkerIsSeen(members, worker);
  const auto patience = seen                                 ? kPatienceWithOurs
                        : MayBeForeign(members, worker.node) ? kPatienceUnseen
                                                             : kNobodyThere;
  const auto answered = [&] {
    const ConsumerState state = StateOf(members, worker);
    if (state.paused != paused)
      throw base::Error("operation canceled? worker \"" + worker.worker + "\" of node " +
                            worker.node + " is " + (state.paused ? "paused" : "not paused"),
                        "Another session changed the flag in the meantime.");
    return state.uptodate;
  };
  if (base::PollUntil(members.interrupt(), answered, base::Deadline::After(patience))) return "";
  if (WorkerIsSeen(members, worker))
    throw base::Error("worker \"" + worker.worker + "\" of node " + worker.node +
                          " runs and has not " + (paused ? "paused" : "gone on") +
                          " within a minute",
                      "It may be applying a large batch: look at its log.");
  return "worker \"" + worker.worker + "\" is not running";
}

}  // namespace

bool WorkerIsSeen(Members& members, const WorkerOf& worker) {
  return FindWork(members.Open(worker.node),
                  {.queue = worker.queue,
                   .consumer = worker.worker,
                   .what = "",
                   .function = "pgq_node.set_consumer_completed(text, text, bigint)",
                   .wake_channel = ""})
      .has_value();
}

bool IsPaused(Members& members, const WorkerOf& worker) { return StateOf(members, worker).paused; }

std::string PauseWorker(Members& members, const WorkerOf& worker) {
  return SetPaused(members, worker, true);
}

std::string ResumeWorker(Members& members, const WorkerOf& worker) {
  return SetPaused(members, worker, false);
}

Step PauseStep(Members& members, WorkerOf worker, std::function<bool()> over) {
  return {.name = "pause-worker",
          .node = worker.node,
          .what = "pause worker \"" + worker.worker + "\"",
          .done =
              [&members, worker, over] {
                if (over()) return true;
                const ConsumerState state = StateOf(members, worker);
                return state.paused && state.uptodate;
              },
          .run = [&members, worker] { return PauseWorker(members, worker); },
          .undo =
              [&members, worker] {
                if (IsPaused(members, worker)) ResumeWorker(members, worker);
              },
          .stays = ""};
}

Step ResumeStep(Members& members, WorkerOf worker) {
  return {.name = "resume-worker",
          .node = worker.node,
          .what = "let worker \"" + worker.worker + "\" go on",
          .done = [&members, worker] { return !IsPaused(members, worker); },
          .run = [&members, worker] { return ResumeWorker(members, worker); },
          .undo = nullptr,
          .stays = "put back with the pause"};
}

}  // namespace cascade
