#include "pgq/event.h"

#include <charconv>
#include <string>

#include "base/error.h"

namespace pgq {
namespace {

enum Column {
  kId,
  kTime,
  kTxid,
  kRetry,
  kType,
  kData,
  kExtra1,
  kExtra2,
  kExtra3,
  kExtra4,
  kColumns
};

std::optional<std::string_view> Value(const PGresult* result, int row, int column) {
  const auto length = static_cast<std::size_t>(PQgetlength(result, row, column));
  if (length == 0 && PQgetisnull(result, row, column) != 0) return std::nullopt;
  return std::string_view(PQgetvalue(result, row, column), length);
}

std::int64_t Number(const PGresult* result, int row, int column) {
  const std::string_view text = Value(result, row, column).value_or(std::string_view());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw base::Error("invalid number \"" + std::string(text) + "\" in a queue event");
  }
  return number;
}

Event ReadEvent(const PGresult* result, int row) {
  Event event;
  event.id = EventId(Number(result, row, kId));
  event.time = Value(result, row, kTime).value_or(std::string_view());
  event.txid = Txid(Number(result, row, kTxid));
  event.retry = Value(result, row, kRetry);
  event.type = Value(result, row, kType);
  event.data = Value(result, row, kData);
  event.extra1 = Value(result, row, kExtra1);
  event.extra2 = Value(result, row, kExtra2);
  event.extra3 = Value(result, row, kExtra3);
  event.extra4 = Value(result, row, kExtra4);
  return event;
}

}  // namespace

EventChunk::EventChunk(PGresult* result) : result_(result, PQclear) {
  const int rows = PQntuples(result);
  if (rows == 0) return;
  if (PQnfields(result) != kColumns) {
    throw base::Error("a queue event has " + std::to_string(PQnfields(result)) +
                      " columns instead of 10");
  }
  events_.reserve(static_cast<std::size_t>(rows));
  for (int row = 0; row < rows; ++row) events_.push_back(ReadEvent(result, row));
  bytes_ = PQresultMemorySize(result) + events_.capacity() * sizeof(Event);
}

}  // namespace pgq
