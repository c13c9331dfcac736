// Rows by kind and key, as people look for them: 9 before 10.
#pragma once

#include <vector>

#include "londiste/compare/comparison.h"

namespace londiste::compare {

// A column of the key whose values all are numbers is put in their order, another one in that of
// its bytes; NULL comes first.
void SortRows(std::vector<DifferentRow>& rows);

}  // namespace londiste::compare
