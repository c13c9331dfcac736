// The plain tables of `members`, `tables`, `seqs` and `missing`, see report/text_table.h.
#pragma once

#include "report/text_table.h"

namespace londiste::output {

using report::TextTable;

}  // namespace londiste::output
