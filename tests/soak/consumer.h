// One consumer of the soak: a process that is killed at any moment, with the promise that its kind
// makes.
//
//   plain    records a batch, then finishes it: a killed one gets the same batch again, with
//   exactly the same events keeper   puts some events off (retry), records the rest and that the
//   batch is dealt with, in one transaction; a batch that is dealt with is only finished exact
//   records the events and the tick they lead to in one transaction, and skips what lies before
//   that tick
#pragma once

#include <cstdint>
#include <string>

namespace soak {

// Runs until killed. Returns the exit status after something that no consumer should meet, said on
// stderr.
int RunConsumer(const std::string& kind, const std::string& connstr, std::uint64_t seed);

}  // namespace soak
