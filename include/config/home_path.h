// Paths that begin with the user's home folder.
#pragma once

#include <string>

namespace config {

// ~ and ~/x with the home folder in place; other paths as they are.
std::string ExpandHome(const std::string& path);

}  // namespace config
