#include "soak/consumer.h"

#include <chrono>
#include <iostream>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "pg/connection.h"
#include "pg/error.h"
#include "pgq/batch.h"
#include "soak/keys.h"

namespace soak {
namespace {

using namespace std::chrono_literals;

constexpr int kMaxRetries = 3;

struct Received {
  std::string id;
  std::string key;
  int retry;
};

// An array literal; the values need no quotes.
template <class Member>
std::string ArrayOf(const std::vector<Received>& events, Member member) {
  std::string text = "{";
  for (const Received& event : events) text += (text.size() > 1 ? "," : "") + (event.*member);
  return text + "}";
}

class Consumer {
 public:
  Consumer(std::string kind, const std::string& connstr, std::uint64_t seed)
      : kind_(std::move(kind)),
        random_(seed),
        connection_({.connstr = connstr, .application_name = "soak " + kind_}, interrupt_) {}

  void Run() {
    for (;;) {
      const auto batch = pgq::NextBatch(connection_, kQueue, kind_);
      if (!batch) {
        std::this_thread::sleep_for(100ms);
        continue;
      }
      Dawdle();
      if (kind_ == "plain") RecordPlain(*batch);
      if (kind_ == "keeper") RecordKeeper(*batch);
      if (kind_ == "exact") RecordExact(*batch);
      Dawdle();
      if (!pgq::FinishBatch(connection_, batch->id))
        Complain("finish_batch did not know batch " + base::ToString(batch->id));
    }
  }

 private:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  // A kill shall find every step.
  void Dawdle() { std::this_thread::sleep_for((Below(20) == 0 ? Below(1500) : Below(30)) * 1ms); }

  void Complain(const std::string& words) {
    std::cerr << kind_ << ": " << words << std::endl;
    pqxx::work tx(connection_);
    tx.exec_params("insert into soak_complaint (consumer, words) values ($1, $2)", kind_, words);
    tx.commit();
  }

  std::vector<Received> Read(const pgq::Batch& batch) {
    std::vector<Received> events;
    std::vector<std::string> complaints;
    {
      pgq::BatchReader reader(connection_, batch.id, {1 + Below(300)}, "");
      pgq::EventChunk chunk;
      while (reader.Next(chunk)) {
        for (const pgq::Event& event : chunk.events()) {
          std::string key(event.data_or_empty());
          if (event.type_or_empty() == "soak") {
            if (event.extra1_or_empty() != PayloadOf(key))
              complaints.push_back("damaged payload of " + key);
          } else if (event.type_or_empty() == "I:key" && key.starts_with(kRowPrefix)) {
            key.erase(0, std::string_view(kRowPrefix).size());
            if (event.extra1_or_empty() != "public.soak_source")
              complaints.push_back("wrong table of " + key);
          } else {
            complaints.push_back("unknown event " + std::string(event.type_or_empty()) + " " + key);
          }
          events.push_back({base::ToString(event.id), key,
                            event.retry ? std::stoi(std::string(*event.retry)) : 0});
        }
      }
    }
    for (const std::string& words : complaints) Complain(words);
    return events;
  }

  void RecordPlain(const pgq::Batch& batch) {
    const auto events = Read(batch);
    pqxx::work tx(connection_);
    const auto attempt = tx.exec1("select nextval('soak_attempt')")[0].as<std::int64_t>();
    const std::string id = base::ToString(batch.id);
    tx.exec_params("insert into soak_plain_attempt values ($1, $2)", attempt, id);
    tx.exec_params(
        "insert into soak_plain select $1, $2, e.* from unnest($3::bigint[], $4::text[]) e",
        attempt, id, ArrayOf(events, &Received::id), ArrayOf(events, &Received::key));
    tx.commit();
  }

  void RecordKeeper(const pgq::Batch& batch) {
    const std::string id = base::ToString(batch.id);
    {
      pqxx::work tx(connection_);
      if (!tx.exec_params("select 1 from soak_keeper_batch where batch_id = $1", id).empty())
        return;
    }
    const auto events = Read(batch);
    pqxx::work tx(connection_);
    for (const Received& event : events) {
      if (event.retry < kMaxRetries && Below(100) < 5) {
        if (tx.exec_params1("select pgq.event_retry($1::bigint, $2::bigint, $3::int)", id, event.id,
                            1 + Below(4))[0]
                .as<int>() != 1)
          throw std::logic_error("event " + event.id + " was in the retry queue already");
      } else {
        tx.exec_params("insert into soak_keeper values ($1, $2, $3, $4)", id, event.id, event.retry,
                       event.key);
      }
    }
    tx.exec_params("insert into soak_keeper_batch values ($1)", id);
    Dawdle();
    tx.commit();
  }

  void RecordExact(const pgq::Batch& batch) {
    const auto events = Read(batch);
    std::optional<std::string> complaint;
    {
      pqxx::work tx(connection_);
      const pgq::TickId position(
          tx.exec1("select tick_id from soak_exact_position for update")[0].as<std::int64_t>());
      if (position >= batch.tick) return;
      if (position != batch.prev_tick)
        complaint = "a batch from tick " + base::ToString(batch.prev_tick) + ", done up to " +
                    base::ToString(position);
      tx.exec_params(
          "insert into soak_exact select $1, e.* from unnest($2::bigint[], $3::text[]) e",
          base::ToString(batch.tick), ArrayOf(events, &Received::id),
          ArrayOf(events, &Received::key));
      tx.exec_params("update soak_exact_position set tick_id = $1", base::ToString(batch.tick));
      Dawdle();
      tx.commit();
    }
    if (complaint) Complain(*complaint);
  }

  const std::string kind_;
  std::mt19937_64 random_;
  base::Interrupt interrupt_;
  pg::Connection connection_;
};

// What a server that is killed answers, or does not.
bool ServerIsAway(const pg::Failure& failure) {
  return failure.kind == pg::FailureKind::kConnectionLost ||
         failure.kind == pg::FailureKind::kConnectFailed || failure.sqlstate.starts_with("57P0");
}

}  // namespace

int RunConsumer(const std::string& kind, const std::string& connstr, std::uint64_t seed) {
  for (;; ++seed) {
    try {
      Consumer(kind, connstr, seed).Run();
    } catch (const std::exception&) {
      const pg::Failure failure = pg::DescribeCurrentFailure();
      if (!ServerIsAway(failure)) {
        std::cerr << kind << ": " << failure.sqlstate << " " << failure.message << " "
                  << failure.query << std::endl;
        return 1;
      }
    }
    std::this_thread::sleep_for(200ms);
  }
}

}  // namespace soak
