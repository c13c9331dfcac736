// What surrounds a command: which one it is, its options, how it fails.
#pragma once

#include <string>
#include <vector>

namespace pgq_tool {

// `program`: argv[0]; `words`: the rest. Returns the exit status: 0 done, 1 error, 2 usage.
int RunProgram(const std::string& program, const std::vector<std::string>& words);

}  // namespace pgq_tool
