// CPU time and memory of the servers and daemons of a run, from /proc.
#pragma once

#include <sys/types.h>

#include <vector>

namespace bench {

// User and system time of a process, its living children and those it has reaped, in seconds.
// 0 for a process that has ended.
double CpuSeconds(pid_t process);
double CpuSeconds(const std::vector<pid_t>& processes);

// The most memory it ever had resident. 0 for a process that has ended.
double PeakMegabytes(pid_t process);

}  // namespace bench
