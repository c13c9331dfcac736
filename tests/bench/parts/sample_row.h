// Rows as the capture triggers write them, for the benchmarks of single parts.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "pgq/urlencode.h"

namespace bench {

// `columns` values, the first the key `id`, the others text of `value_bytes` with some bytes that
// every format has to escape.
std::vector<pgq::Field> SampleRow(int columns, std::size_t value_bytes, std::int64_t id = 1);

struct EncodedRow {
  std::string type, data;
};
// An update of the row, by key `id`.
EncodedRow Urlencoded(const std::vector<pgq::Field>& row);
EncodedRow SqlFragment(const std::vector<pgq::Field>& row);
EncodedRow Json(const std::vector<pgq::Field>& row);

}  // namespace bench
