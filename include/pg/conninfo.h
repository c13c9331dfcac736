// Connection strings: parsing, redaction and combination, by libpq's own parser.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace pg {

// Keyword -> value of a libpq connection string or URI. Throws base::Error `invalid connection
// string: …` (never echoing the password).
std::map<std::string, std::string> ParseConnstr(const std::string& connstr);
std::string FormatConnstr(const std::map<std::string, std::string>& parts);
// The same string with passwords replaced by "***"; a string that does not parse becomes "(invalid
// connection string)".
std::string RedactConnstr(const std::string& connstr);
// `connstr` with `extra`'s keywords added; extra wins.
std::string MergeConnstr(const std::string& connstr, const std::string& extra);

}  // namespace pg
