// Whether this database has a function of ours: its schemas may be older, or those of SkyTools.
#pragma once

#include <string>

#include "pg/connection.h"

namespace pg {

// `function` with its argument types. False also when the role may not execute it.
inline bool MayCall(pqxx::transaction_base& tx, const std::string& function) {
  return tx
      .exec_params1(
          "select coalesce(pg_catalog.has_function_privilege(pg_catalog.to_regprocedure($1), "
          "'execute'), false)",
          function)[0]
      .as<bool>();
}

}  // namespace pg
