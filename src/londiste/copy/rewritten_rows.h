// Rows of a copy on their way, in COPY's text format: changed as the table's handler says, then
// looked at.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "londiste/copy/column_plan.h"

namespace londiste::copy {

using RowInspector = std::function<void(std::string_view)>;
// For RelayCopy: what is sent on for a row, valid until the next call. For one stream.
using RowChange = std::function<std::string_view(std::string_view)>;

// Empty when rows stay as they are and nobody looks at them. `plan` and `inspect`, which may be
// empty, must outlive it. REQUIRES: plan.rewrites_rows() means that it is copied as text.
RowChange ChangeOfRows(const ColumnPlan& plan, const RowInspector& inspect);

// A field of COPY's text format as it was before it was escaped; nullopt for NULL.
std::optional<std::string> FromCopyText(std::string_view field);

}  // namespace londiste::copy
