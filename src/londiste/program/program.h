// The program `londiste`, from the command line to the exit status.
#pragma once

#include <string>
#include <vector>

namespace londiste {

// 0 done, 1 error, 2 the command line was not understood. `program`: argv[0].
int RunProgram(const std::string& program, const std::vector<std::string>& words);

}  // namespace londiste
