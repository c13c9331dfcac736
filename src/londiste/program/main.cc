// londiste: table replication on PgQ. One process is either the worker of a node or one
// administrative command.
#include <string>
#include <vector>

#include "londiste/program/program.h"

int main(int argc, char** argv) {
  return londiste::RunProgram(argc > 0 ? argv[0] : "londiste",
                              std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
}
