// The arguments of a handler in skylog.ini, as Python writes them: `('~/log/x.log', 'a', 10*1024,
// 3)`,
// `(sys.stderr,)`, `(('loghost', 514), handlers.SysLogHandler.LOG_LOCAL1)`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace process {

struct PythonValue {
  enum class Kind { kText, kNumber, kName, kTuple };
  Kind kind = Kind::kTuple;
  std::string text;  // kText: without quotes; kName: sys.stderr
  long number = 0;
  std::vector<PythonValue> items;  // kTuple
};

// Nothing is evaluated but products of numbers. Throws base::Error for anything else.
PythonValue ParseArguments(std::string_view text);

}  // namespace process
