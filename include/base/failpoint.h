// Named places where a test build can kill, stop or fail the process, to prove that nothing is lost
// between any two steps.
//
// In a build without SKYTOOLS_FAILPOINTS this compiles to nothing. With it, environment variable
// SKYTOOLS_FAILPOINT holds `name=action[,name=action...]`; action is one of
//   kill        SIGKILL to the own process
//   kill@N      at the N-th hit
//   sleep:MS    sleep MS milliseconds at each hit
//   error       throw base::Error("failpoint <name>")
//   error@N     at the N-th hit only
//   hold@N      at the N-th hit: creates the file $SKYTOOLS_FAILPOINT_HOLD and waits until somebody
//               has removed it
//   pg_kill     not here: tests kill servers themselves, after waiting for the file below
// When SKYTOOLS_FAILPOINT_TRACE names a folder, each hit creates the file <folder>/<name> (so that
// a test can wait for it, and the test run can prove that each listed failpoint was hit). All names
// are listed in include/base/failpoints.def; an unlisted name does not compile.
#pragma once

namespace base {

enum class Failpoint {
#define FAILPOINT(name) name,
#include "base/failpoints.def"
#undef FAILPOINT
};

#ifdef SKYTOOLS_FAILPOINTS
void HitFailpoint(Failpoint point);
#else
inline void HitFailpoint(Failpoint) {}
#endif

}  // namespace base
