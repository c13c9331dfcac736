#include "pgq/event.h"

#include <cstring>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/text.h"

namespace pgq {
namespace {

enum EventColumn {
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
  const auto number = base::ParseWhole<std::int64_t>(text);
  if (!number) throw base::Error("invalid number \"" + std::string(text) + "\" in a queue event");
  return *number;
}

// Larger rows stay where they are.
constexpr std::size_t kLongestCopy = 64 * 1024;
constexpr std::size_t kBlockSize = 256 * 1024;

using ResultPtr = std::unique_ptr<PGresult, decltype(&PQclear)>;

}  // namespace

// Many small rows share a block; a result of its own would take ten times the room.
struct EventChunk::Texts {
  std::vector<std::unique_ptr<char[]>> blocks;
  std::size_t left = 0;  // in the last block
  char* next = nullptr;
  std::vector<ResultPtr> results;

  char* Allot(std::size_t size) {
    if (size > left) {
      left = kBlockSize;
      blocks.push_back(std::make_unique_for_overwrite<char[]>(left));
      next = blocks.back().get();
    }
    left -= size;
    return std::exchange(next, next + size);
  }
};

void EventChunk::Add(PGresult* row) {
  ResultPtr result(row, PQclear);
  if (PQnfields(row) != kColumns) {
    throw base::Error("a queue event has " + std::to_string(PQnfields(row)) +
                      " columns instead of 10");
  }
  if (!texts_) texts_ = std::make_shared<Texts>();
  std::size_t length = 0;
  for (int column = kTime; column < kColumns; ++column)
    length += static_cast<std::size_t>(PQgetlength(row, 0, column));
  const bool copied = length <= kLongestCopy;
  char* place = copied ? texts_->Allot(length) : nullptr;
  const auto text = [&](int column) -> std::optional<std::string_view> {
    const auto value = Value(row, 0, column);
    if (!value || !copied) return value;
    std::memcpy(place, value->data(), value->size());
    return std::string_view(std::exchange(place, place + value->size()), value->size());
  };
  Event event;
  event.id = EventId(Number(row, 0, kId));
  event.time = text(kTime).value_or(std::string_view());
  event.txid = Txid(Number(row, 0, kTxid));
  event.retry = text(kRetry);
  event.type = text(kType);
  event.data = text(kData);
  event.extra1 = text(kExtra1);
  event.extra2 = text(kExtra2);
  event.extra3 = text(kExtra3);
  event.extra4 = text(kExtra4);
  events_.push_back(event);
  bytes_ += sizeof(Event) + (copied ? length : PQresultMemorySize(row));
  if (!copied) texts_->results.push_back(std::move(result));
}

}  // namespace pgq
