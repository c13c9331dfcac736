// The table attribute `handler`: how the events of a table are treated. Only the built-in handler
// `londiste` exists so far.
#pragma once

#include <string>

#include "londiste/tables/table_list.h"

namespace londiste::handlers {

struct HandlerArguments {
  bool ignore_truncate = false;
  std::string
      refusal;  // why tables with this handler can be neither copied nor applied; "" when they can
};
HandlerArguments ReadHandler(const tables::Table& table);

}  // namespace londiste::handlers
