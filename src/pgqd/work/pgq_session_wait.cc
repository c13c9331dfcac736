// Waiting at the server: the part of PgqSession that is for PgQ's functions in C.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "pg/result.h"
#include "pg/text_array.h"
#include "pgqd/failures/log_text.h"
#include "pgqd/work/pgq_session.h"

namespace pgqd {

namespace {

constexpr const char* kWait = "call pgq.ticker_wait($1, $2, $3)";
constexpr const char* kWaitMoved = "call pgq.ticker_wait_moved($1, $2, $3)";

}  // namespace

// A queue that is made again gets another id.
void PgqSession::FindSequences(const std::map<int, QueueTicks>& queues) {
  const bool all_known = std::all_of(queues.begin(), queues.end(), [&](const auto& queue) {
    return sequences_.contains(queue.first);
  });
  if (all_known) return;
  sequences_.clear();
  for (const auto& row :
       Exec("select queue_id, pg_catalog.to_regclass(queue_event_seq)::oid from pgq.queue"
            " where pg_catalog.to_regclass(queue_event_seq) is not null"))
    sequences_[row[0].as<int>()] = row[1].as<std::string>();
}

PgqSession::News PgqSession::ParseNews(PGresult* result, const std::vector<int>& queue_ids) {
  News news;
  news.which = true;
  if (!PQgetisnull(result, 0, 0))
    for (const std::string& place : pg::ParseTextArray(PQgetvalue(result, 0, 0)))
      news.moved.push_back(queue_ids.at(std::stoul(place) - 1));
  news.committed = PQgetvalue(result, 0, 1)[0] == 't';
  if (news.committed || !news.moved.empty()) news.waited = Waited::kEvents;
  return news;
}

PgqSession::News PgqSession::WaitForEvents(const std::map<int, QueueTicks>& queues,
                                           base::Duration at_most,
                                           const std::function<bool()>& give_up) {
  FindSequences(queues);
  std::string sequences, positions;
  std::vector<int> queue_ids;
  for (const auto& [queue_id, queue] : queues) {
    const auto sequence = sequences_.find(queue_id);
    if (sequence == sequences_.end()) return {.waited = Waited::kEvents};  // it has gone
    sequences += (sequences.empty() ? "" : ",") + sequence->second;
    positions += (positions.empty() ? "" : ",") + std::to_string(queue.event_seq);
    queue_ids.push_back(queue_id);
  }
  const char* sql = pgq_.wait_moved ? kWaitMoved : kWait;
  spdlog::trace("{} {}", DatabaseText(database_), sql);
  connection_.ExpectSilence(at_most);
  const pg::ResultPtr result = pg::ExecUnless(
      connection_, sql,
      {"{" + sequences + "}", "{" + positions + "}", std::to_string(at_most.count())}, give_up);
  if (!result) return {.waited = Waited::kGaveUp};
  if (pgq_.wait_moved) return ParseNews(result.get(), queue_ids);
  return {.waited = PQgetvalue(result.get(), 0, 0)[0] == 't' ? Waited::kEvents : Waited::kTimeout};
}

}  // namespace pgqd
