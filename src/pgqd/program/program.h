// pgqd as a program: switches, configuration, start, and what is said when something is wrong.
#pragma once

#include <string>
#include <vector>

namespace pgqd {

// `words`: the arguments without the program's name. Returns the exit status.
int RunProgram(const std::vector<std::string>& words);

}  // namespace pgqd
