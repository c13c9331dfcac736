#include "cascade/superseded_root.h"

#include <utility>

#include "cascade/takeover.h"
#include "pg/error.h"

namespace cascade {
namespace {

constexpr const char* kSuperseded = "superseded";  // condition, with the node as subject
constexpr std::chrono::seconds kPatience(5);

std::string Describe(const std::string& queue, const std::string& new_root,
                     const std::string& since) {
  return "node \"" + new_root + "\" took over as root of queue \"" + queue + "\" at " + since +
         "; this node accepts no changes";
}

}  // namespace

void SupersededRoot::Check(const NodeInfo& node, pg::Connection& local) {
  if (look_ && look_->thread->over()) Take(node, local);
  if (!look_ && base::Clock::now() >= due_) Start(node, local);
}

void SupersededRoot::NotRoot(const std::string& node) {
  conditions_.Clear(kSuperseded, node);
  look_.reset();
  closed_ = false;
  due_ = {};
}

void SupersededRoot::Start(const NodeInfo& node, pg::Connection& local) {
  due_ = base::Clock::now() + options_.global_wm_publish_period;
  closed_ = ReadClosed(node.queue, local);
  auto look = std::make_unique<Look>();
  look->question = {node.queue,
                    Gravestone(node.name),
                    options_.remote_extra_connstr,
                    options_.application_name,
                    {}};
  {
    pqxx::nontransaction tx(local);
    for (Location& member : GetLocations(tx, node.queue))
      if (!member.dead && member.node != node.name)
        look->question.members.push_back(std::move(member));
  }
  look->thread.emplace(
      [look = look.get()](base::Interrupt& interrupt) {
        look->answer = Ask(look->question, interrupt);
      },
      &wake_);
  look_ = std::move(look);
}

// One after the other: a cascade has a handful of members, and nobody waits.
SupersededRoot::Answer SupersededRoot::Ask(const Question& question, base::Interrupt& interrupt) {
  Answer answer;
  for (const Location& member : question.members) {
    try {
      if (AskMember(question, member, interrupt, answer)) break;
    } catch (const base::Interrupted&) {
      throw;
    } catch (...) {
      const pg::Failure failure = pg::DescribeCurrentFailure(&interrupt);
      if (failure.kind == pg::FailureKind::kInterrupted) throw;
      answer.unheard.push_back(member.node + ": " + failure.message);
    }
  }
  return answer;
}

bool SupersededRoot::AskMember(const Question& question, const Location& member,
                               base::Interrupt& interrupt, Answer& answer) {
  pg::Connection there(
      pg::ConnectOptions::FixedAt(member.connstr, question.extra_connstr, question.application_name)
          .Within(kPatience),
      interrupt);
  pqxx::nontransaction tx(there);
  const std::optional<NodeInfo> node = GetNodeInfo(tx, question.queue);
  if (!node || node->type != NodeType::kRoot) return false;
  const pqxx::result gravestone = tx.exec_params(
      "select date_trunc('second', now() - last_seen) from pgq.get_consumer_info($1, $2)",
      question.queue, question.consumer);
  if (gravestone.empty()) return false;
  answer.new_root = node->name;
  answer.since = gravestone[0][0].c_str();
  return true;
}

void SupersededRoot::Take(const NodeInfo& node, pg::Connection& local) {
  const std::unique_ptr<Look> look = std::move(look_);
  if (look->thread->failure()) return;
  const Answer& answer = look->answer;
  for (const std::string& unheard : answer.unheard)
    observer_.Log(Severity::kDebug, "could not ask whether another node took over: " + unheard);
  if (!answer.new_root) {
    if (answer.unheard.empty()) conditions_.Clear(kSuperseded, node.name);
    return;
  }
  conditions_.Set({.kind = kSuperseded,
                   .subject = node.name,
                   .severity = pgq::ConditionSeverity::kError,
                   .message = Describe(node.queue, *answer.new_root, *answer.since),
                   .hint = "Changes belong on node \"" + *answer.new_root +
                           "\" now; this node joins it again by resurrect. Should this one be the "
                           "root all the same, end the other one, register its location as dead "
                           "here, and open this queue again."});
  Close(node.queue, local);
}

void SupersededRoot::Close(const std::string& queue, pg::Connection& local) {
  if (ReadClosed(queue, local)) {
    closed_ = true;
    return;
  }
  pqxx::nontransaction tx(local);
  Require(Call(tx, "select * from pgq_node.demote_root($1, 1, null)", queue));
  closed_ = true;
}

bool SupersededRoot::ReadClosed(const std::string& queue, pg::Connection& local) const {
  pqxx::nontransaction tx(local);
  const pqxx::result row =
      tx.exec_params("select queue_disable_insert from pgq.queue where queue_name = $1", queue);
  return !row.empty() && row[0][0].as<bool>(false);
}

}  // namespace cascade
