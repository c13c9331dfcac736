// pgq: the queues of a database on the command line, and consumers that are configured rather than
// written.
#include <string>
#include <vector>

#include "pgq_tool/program/program.h"

int main(int argc, char** argv) {
  return pgq_tool::RunProgram(argc > 0 ? argv[0] : "pgq",
                              std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
}
