// One event of a queue, and a chunk of them as they came from the server.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "pgq/ids.h"

namespace pgq {

// Views into the EventChunk the event came with; valid as long as that chunk.
struct Event {
  EventId id;
  std::string_view time;  // timestamptz text, ISO
  Txid txid;
  std::optional<std::string_view> retry;
  std::optional<std::string_view> type, data, extra1, extra2, extra3, extra4;

  std::string_view type_or_empty() const { return type.value_or(std::string_view()); }
  std::string_view data_or_empty() const { return data.value_or(std::string_view()); }
  std::string_view extra1_or_empty() const { return extra1.value_or(std::string_view()); }
};

class EventChunk {
 public:
  EventChunk() = default;
  // Appends the event of a result of one row, columns as pgq.get_batch_events, and takes the result
  // or what it needs of it. Throws base::Error for other columns.
  void Add(PGresult* row);
  std::span<const Event> events() const { return events_; }
  std::size_t size() const { return events_.size(); }
  std::size_t bytes() const { return bytes_; }  // memory it takes

 private:
  struct Texts;
  std::shared_ptr<Texts> texts_;  // shared by copies of the chunk (reader thread -> writer)
  std::vector<Event> events_;
  std::size_t bytes_ = 0;
};

}  // namespace pgq
