#include "pg/server_watch.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <optional>
#include <tuple>

#include "base/error.h"
#include "pg/connect_message.h"

namespace pg {
namespace {

// A session is examined when it waited at so many looks, one after the other.
constexpr int kLooks = 3;

constexpr const char* kSessions =
    "select pid, state in ('active', 'fastpath function call'), "
    "pg_catalog.floor(extract(epoch from pg_catalog.clock_timestamp() - case when state in "
    "('active', 'fastpath function call') then query_start else state_change end))::bigint, "
    "coalesce(state, 'of another role'), coalesce(wait_event_type || ': ' || wait_event, '') "
    "from pg_catalog.pg_stat_activity where pid = any ('{";

std::string Seconds(base::Clock::duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

}  // namespace

// What a new connection to a server found of one session.
struct ServerWatch::Verdict {
  std::string unreachable;  // why there was no new connection: nobody answers
  bool answers = true;      // false with `unreachable`
  bool told = false;        // the rest is known
  bool there = false, active = false;
  std::chrono::seconds for_long{0};
  std::string state, waits_for;
};

ServerWatch& ServerWatch::Get() {
  static ServerWatch watch;
  return watch;
}

void ServerWatch::Configure(base::Duration timeout, AliveSink sink) {
  const std::lock_guard lock(mutex_);
  timeout_ = timeout;
  sink_ = std::move(sink);
  if (thread_)
    thread_->Wake();
  else if (timeout_.count() > 0)
    thread_.emplace([this](base::Interrupt& interrupt) { Run(interrupt); });
}

base::Duration ServerWatch::timeout() {
  const std::lock_guard lock(mutex_);
  return timeout_;
}

void ServerWatch::Add(WatchedSession* session) {
  const std::lock_guard lock(mutex_);
  sessions_.push_back(session);
  if (sessions_.size() == 1 && thread_) thread_->Wake();
}

void ServerWatch::Remove(WatchedSession* session) {
  const std::lock_guard lock(mutex_);
  sessions_.remove(session);
}

base::Deadline ServerWatch::NextLook() {
  const std::lock_guard lock(mutex_);
  if (sessions_.empty() || timeout_.count() == 0) return base::Deadline::Never();
  return base::Deadline::After(timeout_ / (kLooks - 1));
}

void ServerWatch::Run(base::Interrupt& interrupt) {
  for (;;) {
    if (interrupt.Sleep(NextLook()) != base::Interrupt::Woken::kTimeout) continue;
    const std::vector<Suspect> suspects = Look();
    if (suspects.empty()) continue;
    try {
      Examine(suspects, interrupt);
    } catch (const base::Interrupted&) {
      throw;
    } catch (const std::exception&) {  // no memory: there is a next time
    }
  }
}

std::vector<ServerWatch::Suspect> ServerWatch::Look() {
  const std::lock_guard lock(mutex_);
  std::vector<Suspect> suspects;
  for (WatchedSession* session : sessions_) {
    if (!session->Waits()) {
      session->looks = 0;
      session->next_line = {};
      continue;
    }
    if (++session->looks == 1) session->waits_since = base::Clock::now();
    if (session->looks < kLooks) continue;
    session->looks = 1;
    suspects.push_back({session, session->facts(), session->waits_since,
                        PQpipelineStatus(session->facts().session) != PQ_PIPELINE_OFF,
                        PQbackendPID(session->facts().session) != session->facts().backend_pid});
  }
  return suspects;
}

void ServerWatch::Examine(const std::vector<Suspect>& suspects, base::Interrupt& interrupt) {
  // Sessions of one server and database are asked about together.
  std::map<Parameters, std::vector<const Suspect*>> groups;
  for (const Suspect& suspect : suspects) {
    Parameters key = suspect.facts.parameters;
    key.erase("application_name");
    groups[key].push_back(&suspect);
  }
  for (auto& [parameters, group] : groups) {
    std::map<int, Verdict> found;
    Verdict all;
    bool opened = false;
    try {
      const auto deadline = base::Deadline::After(group.front()->facts.connect_timeout);
      Parameters probe = parameters;
      probe["application_name"] = "is it alive";
      const SessionPtr session = OpenRaw(probe, deadline, interrupt);
      opened = true;
      std::string pids;
      for (const Suspect* suspect : group)
        pids += (pids.empty() ? "" : ",") + std::to_string(suspect->facts.backend_pid);
      const ResultPtr rows = AskRaw(session.get(), kSessions + pids + "}')", deadline, interrupt);
      all.told = true;
      for (int row = 0; row < PQntuples(rows.get()); ++row) {
        const auto text = [&](int column) { return PQgetvalue(rows.get(), row, column); };
        Verdict verdict = all;
        verdict.there = true;
        // Of another role's session nothing is told; nothing is concluded then.
        verdict.told = PQgetisnull(rows.get(), row, 1) == 0;
        verdict.active = *text(1) == 't';
        verdict.for_long = std::chrono::seconds(std::atoll(text(2)));
        verdict.state = text(3);
        verdict.waits_for = text(4);
        found[std::atoi(text(0))] = std::move(verdict);
      }
    } catch (const RawFailure& failure) {
      const ConnectMessage message = ParseConnectMessage(failure.what());
      // A pooler that has no room for one more session is there all the same.
      const bool pooler = opened && group.front()->pooled;
      all.answers = pooler || !message.sqlstate.empty();
      all.unreachable = message.reason;
    }
    for (const Suspect* suspect : group) {
      const auto row = found.find(suspect->facts.backend_pid);
      Judge(*suspect, row == found.end() ? all : row->second);
    }
  }
}

void ServerWatch::Judge(const Suspect& suspect, const Verdict& verdict) {
  const std::lock_guard lock(mutex_);
  WatchedSession* session = suspect.session;
  // Gone, or answered meanwhile; another one may live at its address.
  if (std::ranges::find(sessions_, session) == sessions_.end() ||
      session->facts().session != suspect.facts.session || session->looks == 0 || !session->Waits())
    return;
  const auto now = base::Clock::now();
  const std::string process = "server process " + std::to_string(suspect.facts.backend_pid);
  const std::string silence = "no answer from \"" + suspect.facts.target + "\" for " +
                              Seconds(now - suspect.waits_since) + ": ";
  const auto give_up = [&](const std::string& why) {
    if (sink_)
      sink_({AliveReport::Outcome::kGivenUp, silence + why + "; the connection is given up"});
    session->GiveUp();
    session->looks = session->unreachable = 0;
  };
  if (!verdict.answers) {
    const std::string why = "a new connection gets no answer either (" + verdict.unreachable + ")";
    // Once may be chance, on a machine with too much to do.
    if (session->unreachable++ > 0) return give_up(why);
    if (sink_) sink_({AliveReport::Outcome::kAskingAgain, silence + why + "; asking again"});
    return;
  }
  session->unreachable = 0;
  if (!verdict.told || suspect.facts.backend_pid == 0) return;
  if (!verdict.there) return give_up("its " + process + " has ended");
  session->waits_since = std::max(session->waits_since, now - verdict.for_long);
  if (verdict.for_long < timeout_) return;  // many short statements
  if (!verdict.active) {
    // Between the statements of a pipeline it is our turn.
    if (!suspect.in_pipeline)
      give_up("its " + process + " is " + verdict.state +
              " and waits for this program, so the statement was lost on its way");
    return;
  }
  if (now < session->next_line) return;
  session->line_pause =
      session->next_line == base::Clock::time_point{} ? timeout_ : 2 * session->line_pause;
  session->next_line = now + session->line_pause;
  if (sink_)
    sink_({AliveReport::Outcome::kWorking,
           silence + process + " has been active for " + Seconds(verdict.for_long) +
               (verdict.waits_for.empty() ? "" : ", waiting for " + verdict.waits_for)});
}

void WatchServers(base::Duration timeout, AliveSink sink) {
  ServerWatch::Get().Configure(timeout, std::move(sink));
}

base::Duration ServerAliveTimeout() { return ServerWatch::Get().timeout(); }

}  // namespace pg
