// The threads of pgqd, each a base::CancellableThread: hundreds of them, with names.
#pragma once

#include <string>

#include "base/cancellable_thread.h"

namespace pgqd {

// `work` for a thread that shows as `name` in ps -L (15 bytes are kept). What it throws ends the
// thread and goes to the log; base::Interrupted is what was asked for.
base::CancellableThread::Work ServiceWork(std::string name, base::CancellableThread::Work work);

// Call once, before the first thread: small stacks, few heaps, as many descriptors as the system
// allows. There may be hundreds of threads, all doing little.
void PrepareForManyThreads();

}  // namespace pgqd
