// Where the server's NOTICE and WARNING messages go. Dropped unless a program installs a sink.
#pragma once

#include <functional>
#include <string>

namespace pg {

struct Notice {
  std::string severity;  // "NOTICE", "WARNING", ... as the server words it
  std::string message;   // one line
};

using NoticeSink = std::function<void(const Notice&)>;

// For the whole process. Call it before the first connection is opened; the sink is called on the
// thread of each connection, so it must be thread-safe (a logger is), and must not throw.
void SetNoticeSink(NoticeSink sink);

}  // namespace pg
