// Intervals as PostgreSQL takes them, for settings that a server reads.
#pragma once

#include <string>

namespace config {

// `text` has one of the forms that PostgreSQL documents: 30 seconds, 1h 30m, 00:05, 2 days ago,
// P1DT2H. No server is asked, so a value out of range passes.
bool IsInterval(const std::string& text);

}  // namespace config
