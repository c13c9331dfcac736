// Sizes as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace londiste::output {

// "9999 bytes", "12.5 MB".
std::string FormatBytes(std::int64_t bytes);

}  // namespace londiste::output
