// The sequences of a queue as one node knows them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pg/connection.h"

namespace londiste::tables {

struct Sequence {
  std::string name;
  bool local = false;
  std::int64_t last_value = 0;  // published last
};

// londiste.get_seq_list, in its order.
std::vector<Sequence> ReadSequences(pqxx::transaction_base& tx, const std::string& queue);

}  // namespace londiste::tables
