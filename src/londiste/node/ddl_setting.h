// What becomes of changes of structure on the nodes of a queue: table londiste.ddl_setting.
#pragma once

#include <string>

#include "pg/connection.h"

namespace londiste::node {

struct DdlSetting {
  bool known = false;  // false: the schema does not have it
  std::string mode = "check";
  std::string options = R"({"unsafe": "refuse"})";  // JSON
  std::string unsafe = "refuse";                    // of them
  bool grants = false;                              // of them
  std::string tables;                               // of them, with commas between
};

DdlSetting ReadDdlSetting(pqxx::transaction_base& tx, const std::string& queue);

}  // namespace londiste::node
