// Waiting on a socket, for as long as the deadline and the interrupt allow.
#pragma once

#include "base/clock.h"
#include "base/interrupt.h"

namespace pg {

// True when `events` (POLLIN, POLLOUT) or an error is there, false when the deadline passed. Throws
// base::Interrupted after Interrupt::Cancel.
bool WaitSocket(int socket, short events, base::Deadline deadline,
                const base::Interrupt& interrupt);

}  // namespace pg
