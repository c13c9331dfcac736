#include "londiste/output/copy_json.h"

namespace londiste::output {

Json CopyJson(const CopyStatus& copy) {
  const bool guessed = copy.rows_per_second.has_value() && copy.expected_rows > 0;
  return {{"table_name", copy.table},
          {"phase", copy.phase},
          {"rows", copy.rows},
          {"bytes", copy.bytes},
          {"expected_rows", guessed ? Json(copy.expected_rows) : Json(nullptr)},
          {"rows_per_second", OrNull(copy.rows_per_second)},
          {"share", OrNull(copy.share)},
          {"seconds_left", copy.left ? Json(copy.left->count()) : Json(nullptr)}};
}

}  // namespace londiste::output
