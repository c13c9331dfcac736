// The table attribute `handler`: how the events of a table are treated. Only the built-in handler
// `londiste` exists so far.
#pragma once

#include <string>

#include "londiste/sync/table_directory.h"

namespace londiste::sync {

struct HandlerArguments {
  bool ignore_truncate = false;
  std::string
      refusal;  // why tables with this handler can be neither copied nor applied; "" when they can
};
HandlerArguments ReadHandler(const Table& table);

}  // namespace londiste::sync
