// Lags as people read them.
#pragma once

#include <chrono>
#include <string>

namespace report {

// "1d2h3m4s", without the units that are zero; "0s".
std::string ShortDuration(std::chrono::seconds duration);

}  // namespace report
