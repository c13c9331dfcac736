// An event that could not be applied: which one, where, and what the server said.
#pragma once

#include <string>

#include "pg/error.h"

namespace londiste::apply {

// what(): `could not apply event 123 (U) to table "public.t", key (id=5): <message>`. The batch's
// transaction is failed.
class ApplyError : public pg::SqlError {
 public:
  using pg::SqlError::SqlError;
};

}  // namespace londiste::apply
