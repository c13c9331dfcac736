// How events are applied.
#pragma once

#include <cstddef>
#include <string>

namespace londiste::apply {

enum class MissingRow { kWarn, kError, kIgnore };

struct ApplyOptions {
  std::string queue;  // for hints
  // Whether TRUNCATE empties tables that refer to the ones it names, too.
  bool truncate_cascade = false;
  MissingRow missing_row = MissingRow::kWarn;
  int pipeline_window = 1000;
  // Bytes of events kept before they are written, about; as much again while they are written.
  std::size_t buffer_bytes = 48 << 20;
  // Events in the first buffer of a batch, and in the largest ones: each is twice as large as the
  // one before. Small ones begin to be written soon, large ones cost few round trips: where these
  // are long, buffers grow faster, and to twice that size.
  std::size_t first_buffer_rows = 50'000, buffer_rows = 100'000;
  // A buffer with fewer events for each of its tables waits for more, up to four times its size.
  std::size_t table_rows = 100;
  // A table with fewer events in a buffer is written as a stream; with as many by statements that
  // hold its rows, if there are arrays of its columns' types; with more than array_rows, and where
  // there are no such arrays with ten times set_rows, by a staging table.
  std::size_t set_rows = 30, array_rows = 2000;
  // Setting of the same name; see AskOrigin.
  std::string event_encoding = "UTF8";
};

}  // namespace londiste::apply
