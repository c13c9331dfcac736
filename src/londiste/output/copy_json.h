// The progress of a table's copy as JSON.
#pragma once

#include "londiste/output/copy_status.h"
#include "londiste/output/json.h"

namespace londiste::output {

Json CopyJson(const CopyStatus& copy);

}  // namespace londiste::output
