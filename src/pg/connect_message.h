// From libpq's many-lined text about a failed connection to one line, a hint and an SQLSTATE.
#pragma once

#include <string>
#include <string_view>

namespace pg {

struct ConnectMessage {
  std::string reason;    // one line
  std::string hint;      // "" when there is nothing useful to say
  std::string sqlstate;  // "" when no server answered
};

// `text`: PQerrorMessage at verbosity PQERRORS_VERBOSE.
ConnectMessage ParseConnectMessage(std::string_view text);

[[noreturn]] void ThrowConnectFailed(const std::string& redacted_target, std::string_view text);

}  // namespace pg
