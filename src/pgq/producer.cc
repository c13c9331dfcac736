#include "pgq/producer.h"

#include <array>
#include <utility>

#include "base/error.h"
#include "pg/quote.h"

namespace pgq {
namespace {

std::optional<std::string> Owned(std::optional<std::string_view> value) {
  if (!value) return std::nullopt;
  return std::string(*value);
}

// A NUL byte ends a parameter in libpq: what follows would be lost without a word.
void RefuseNul(const NewEvent& event) {
  for (const auto& value : {event.type, event.data, event.extra1, event.extra2, event.extra3,
                            event.extra4, event.time}) {
    if (value && value->find('\0') != std::string_view::npos)
      throw base::Error("a queue event cannot hold a NUL byte");
  }
}

// Assigns the transaction id too: a rotation before the COPY takes its lock leaves the table
// readable.
struct Target {
  std::string table, now;
};

Target CurrentTable(pqxx::transaction_base& transaction, const std::string& queue) {
  const pqxx::row row =
      transaction.exec_params1("select pgq.current_event_table($1), pg_catalog.now()", queue);
  return {row[0].as<std::string>(), row[1].as<std::string>()};
}

}  // namespace

Producer::Producer(pqxx::transaction_base& transaction, std::string queue)
    : transaction_(transaction), queue_(std::move(queue)) {}

EventId Producer::Insert(const NewEvent& event) {
  RefuseNul(event);
  if (event.time) throw base::Error("an event with a time of its own can only be sent in bulk");
  const pqxx::row row =
      transaction_.exec_params1("select pgq.insert_event($1, $2, $3, $4, $5, $6, $7)", queue_,
                                Owned(event.type), Owned(event.data), Owned(event.extra1),
                                Owned(event.extra2), Owned(event.extra3), Owned(event.extra4));
  return EventId(row[0].as<std::int64_t>());
}

BulkProducer::BulkProducer(pg::Connection& connection, pqxx::transaction_base& transaction,
                           const std::string& queue) {
  if (&transaction.conn() != &connection)
    throw base::Error("events were to be sent on another connection than the transaction's");
  const Target target = CurrentTable(transaction, queue);
  if (PQtransactionStatus(connection.native()) != PQTRANS_INTRANS)
    throw base::Error("events can be sent in bulk only inside a transaction block");
  time_ = target.now;
  copy_ = std::make_unique<pg::CopyIn>(
      connection, "copy " + pg::QuoteFqIdent(target.table) +
                      " (ev_time, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4) "
                      "from stdin");
}

void BulkProducer::Insert(const NewEvent& event) {
  RefuseNul(event);
  row_.clear();
  pg::AppendCopyText(row_, event.time ? *event.time : std::string_view(time_));
  for (const auto& value :
       {event.type, event.data, event.extra1, event.extra2, event.extra3, event.extra4}) {
    row_ += '\t';
    pg::AppendCopyText(row_, value);
  }
  row_ += '\n';
  copy_->Write(row_);
}

std::int64_t BulkProducer::Finish() { return copy_->Finish(); }

}  // namespace pgq
