// Puts events into a queue, inside the caller's transaction: they become visible to consumers when
// it commits, and vanish when it rolls back.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>

#include "pg/copy.h"
#include "pgq/ids.h"

namespace pgq {

// The fields of an event that the producer chooses. Views: read during the call, not kept. Text in
// the session's client encoding (UTF-8 for pg::Connection), without NUL bytes.
struct NewEvent {
  std::optional<std::string_view> type = {}, data = {};
  std::optional<std::string_view> extra1 = {}, extra2 = {}, extra3 = {}, extra4 = {};
  // When it happened, as the server writes a time: for an event that comes from another queue.
  // BulkProducer only; unset: now.
  std::optional<std::string_view> time = {};
};

// One event at a time, by pgq.insert_event: for the handful of events of an ordinary transaction.
// Costs a round trip each. The role needs pgq_writer.
//
// Keeps a reference to `transaction`; belongs to the thread of its connection.
class Producer {
 public:
  Producer(pqxx::transaction_base& transaction, std::string queue);

  // Throws base::Error for an event with a time; pqxx::sql_error: `No such queue`, `Insert into
  // queue disallowed` (queue_disable_insert), `Queue '…' allows max … events from one TX`
  // (queue_per_tx_limit). The transaction has then failed, as after any error.
  EventId Insert(const NewEvent& event);

 private:
  pqxx::transaction_base& transaction_;
  std::string queue_;
};

// Many events by one COPY into the queue's current event table, tens of times faster than
// Producer. Event ids are given by the server and not reported; within one BulkProducer they follow
// the order of Insert. The current table is held, by COPY's own lock, until the transaction ends:
// no rotation can truncate it. The role needs INSERT on the queue's tables, which pgq_admin has and
// pgq_writer has not.
//
// queue_disable_insert is respected. queue_per_tx_limit is enforced by pgq.insert_event only: COPY
// passes by it, and events sent here are not counted. A site's own version of pgq.insert_event is
// not called either.
//
// Between construction and Finish the session is in COPY: nothing else may run on the transaction.
// One that is destroyed without Finish stores nothing and leaves the transaction failed.
class BulkProducer {
 public:
  // REQUIRES: `transaction` is a transaction block (pqxx::work, not nontransaction) on
  // `connection`. Throws base::Error for another transaction, pqxx::sql_error (`Event queue not
  // found`, `Writing to queue disabled`), pg::SqlError (no INSERT privilege).
  BulkProducer(pg::Connection& connection, pqxx::transaction_base& transaction,
               const std::string& queue);

  // Buffered; sent in pieces of 64 kB, so memory stays bounded. Throws pg::SqlError when the server
  // has refused the stream, base::Interrupted.
  void Insert(const NewEvent& event);
  // Ends the COPY. The number of events stored. To be called once.
  std::int64_t Finish();

 private:
  std::string time_;  // now(), the same for all events, as insert_event stores it
  std::unique_ptr<pg::CopyIn> copy_;
  std::string row_;
};

}  // namespace pgq
