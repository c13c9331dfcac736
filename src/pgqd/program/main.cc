// pgqd: ticker and maintenance daemon of PgQ, one per PostgreSQL cluster.
#include "pgqd/program/program.h"

int main(int argc, char** argv) {
  return pgqd::RunProgram({argv + (argc > 0 ? 1 : 0), argv + argc});
}
