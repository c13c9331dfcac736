// The table handlers of this version, as --handler and show-handlers know them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace londiste::handlers {

struct HandlerArgument {
  std::string_view name;
  std::string_view help;
};

struct Handler {
  std::string_view name;
  std::string_view help;
  std::vector<HandlerArgument> arguments;
};

const std::vector<Handler>& Handlers();
// Throws base::Error `handler "x" does not exist`.
const Handler& FindHandler(std::string_view name);

// The table attribute for --handler=NAME --handler-arg=K=V...: `name` or `name(urlencoded
// arguments)`. Throws base::Error for an unknown handler and for arguments that it does not have
// (`Invalid handler argument: [...]`).
std::string HandlerAttribute(const std::string& name, const std::vector<std::string>& arguments);

}  // namespace londiste::handlers
