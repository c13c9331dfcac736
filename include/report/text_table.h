// Plain tables in the layout of SkyTools' `members` and `tables`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace report {

// Title, header, dashes, rows; columns left-justified, at least 15 wide, two blanks between them,
// two newlines at the end.
// "" when there are no rows. Every row has as many fields as `header`.
std::string TextTable(std::string_view title, const std::vector<std::string>& header,
                      const std::vector<std::vector<std::string>>& rows);

}  // namespace report
