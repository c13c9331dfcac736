// What is measured, whichever system does it: the size and shape of the work and the distance
// between the servers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bench {

struct Scenario {
  std::string workload;
  std::int64_t rows = 0;            // changed or copied; 0: the workload's own number
  std::int64_t rows_per_batch = 0;  // catch-up: rows of a transaction, and of a tick; 0: small ones
  std::int64_t row_bytes = 100;     // the values together, roughly
  int tables = 1;
  int columns = 5;
  bool random_keys = false;
  double rate = 20;  // lag, compare-load: rows per second, each its own transaction
  int sessions = 1;  // compare: that read, on each side
  std::optional<double> round_trip_ms;  // unset: Unix sockets, no proxy
  bool far_subscriber = false;  // our worker runs beside the provider, not beside the subscriber
  bool branch = false;          // a node between provider and subscriber

  // For the tables and JSON: only what the workload looks at, in a fixed order.
  std::vector<std::pair<std::string, std::string>> Parameters() const;
};

}  // namespace bench
