// How a running pgqd is known in a database.
#pragma once

namespace pgq {

// PostgreSQL advisory lock (session level, two keys) that the ticker connection of a pgqd holds in
// its database: (1885827428, 0), "pgqd" in ASCII. Not behind a pooler that shares sessions.
inline constexpr int kTickerLockClass = 1885827428;

}  // namespace pgq
