#include "cascade/subtree_watermark.h"

#include <algorithm>

#include "base/error.h"
#include "cascade/node_duties.h"
#include "pg/error.h"

namespace cascade {

struct SubtreeWatermark::Answers {
  std::vector<Location> nodes;
  std::string queue, extra_connstr, application_name;
  std::optional<pgq::TickId> lowest;  // these two are valid when the thread is over
  std::string failure;
  std::optional<base::CancellableThread> thread;  // last: it uses all the others

  void Collect(base::Interrupt& interrupt);
};

void SubtreeWatermark::Answers::Collect(base::Interrupt& interrupt) {
  for (const Location& location : nodes) {
    try {
      pg::Connection connection(
          pg::ConnectOptions::FixedAt(location.connstr, extra_connstr, application_name),
          interrupt);
      pqxx::nontransaction tx(connection);
      const std::optional<NodeInfo> node = GetNodeInfo(tx, queue);
      if (!node || !node->local_watermark)
        throw base::Error("it has no watermark of queue \"" + queue + "\"");
      lowest = std::min(lowest.value_or(*node->local_watermark), *node->local_watermark);
    } catch (...) {
      failure = location.node + ": " + pg::DescribeCurrentFailure(&interrupt).message;
      return;
    }
  }
}

SubtreeWatermark::SubtreeWatermark(const WorkerOptions& options, WorkerObserver& observer,
                                   base::Interrupt& wake)
    : options_(options), observer_(observer), wake_(wake) {}
SubtreeWatermark::~SubtreeWatermark() = default;

std::string SubtreeWatermark::ToPassOn(const NodeInfo& node) const {
  const std::optional<pgq::TickId> own = own_ ? own_ : node.global_watermark;
  return own ? ToString(*own) : "0";  // no such tick: nothing moves
}

void SubtreeWatermark::Forget() {
  answers_.reset();
  own_.reset();
}

void SubtreeWatermark::Publish(LocalNode& local) {
  if (!global_) return;
  if (answers_) {
    if (!answers_->thread->over()) return;
    const std::unique_ptr<Answers> done = std::move(answers_);
    done->thread.reset();
    if (!done->failure.empty())
      observer_.Log(Severity::kWarning, "the watermark stays: could not ask node " + done->failure);
    else
      Move(local, done->lowest.value_or(*global_));
    return;
  }
  const auto now = base::Clock::now();
  if (now < next_) return;
  next_ = now + options_.local_wm_publish_period;
  Ask(local);
}

void SubtreeWatermark::Ask(LocalNode& local) {
  std::vector<Location> members;
  {
    pqxx::nontransaction tx(local.connection());
    members = GetLocations(tx, options_.queue);
  }
  auto answers = std::make_unique<Answers>();
  for (const std::string& name : SyncWatermarkNodes(local.node())) {
    if (name == local.node().name) continue;
    const auto found = std::ranges::find(members, name, &Location::node);
    if (found == members.end()) {
      observer_.Log(Severity::kWarning,
                    "the watermark stays: node attribute sync_watermark names "
                    "\"" +
                        name + "\", which is no node of this queue");
      return;
    }
    if (!found->dead) answers->nodes.push_back(*found);
  }
  answers->queue = options_.queue;
  answers->extra_connstr = options_.remote_extra_connstr;
  answers->application_name = options_.application_name + " watermark";
  Answers& asked = *answers;
  answers->thread.emplace([&asked](base::Interrupt& interrupt) { asked.Collect(interrupt); },
                          &wake_);
  answers_ = std::move(answers);
}

void SubtreeWatermark::Move(LocalNode& local, pgq::TickId lowest_of_others) {
  pqxx::nontransaction tx(local.connection());
  const std::optional<NodeInfo> node = GetNodeInfoAgain(tx, options_.queue);
  if (!node || !node->local_watermark) return;
  const pgq::TickId mark = std::min({*node->local_watermark, *global_, lowest_of_others});
  own_ = node->global_watermark;
  if (own_ && mark <= *own_) return;
  Require(Call(tx, "select * from pgq_node.set_global_watermark($1, $2)", options_.queue,
               mark.value()));
  const std::optional<NodeInfo> moved = GetNodeInfoAgain(tx, options_.queue);
  if (moved) own_ = moved->global_watermark;
}

}  // namespace cascade
