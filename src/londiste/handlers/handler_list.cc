#include "londiste/handlers/handler_list.h"

#include <algorithm>

#include "base/error.h"
#include "pgq/urlencode.h"

namespace londiste::handlers {

const std::vector<Handler>& Handlers() {
  static const std::vector<Handler> handlers = {
      {"londiste",
       "Applies all changes as they are. The default.",
       {{"ignore_truncate", "1: TRUNCATE on the provider leaves the rows here"},
        {"encoding", "utf8, for files written for older versions"}}},
  };
  return handlers;
}

const Handler& FindHandler(std::string_view name) {
  for (const Handler& handler : Handlers()) {
    if (handler.name == name) return handler;
  }
  throw base::Error("handler \"" + std::string(name) + "\" does not exist",
                    "Command show-handlers lists the handlers of this version.");
}

std::string HandlerAttribute(const std::string& name, const std::vector<std::string>& arguments) {
  const Handler& handler = FindHandler(name);
  std::vector<pgq::Field> fields;
  for (const std::string& argument : arguments) {
    std::size_t equals = argument.find('=');
    std::string key = argument.substr(0, equals);
    std::string value = equals == std::string::npos ? "" : argument.substr(equals + 1);
    bool known = std::any_of(handler.arguments.begin(), handler.arguments.end(),
                             [&](const auto& one) { return one.name == key; });
    bool valid =
        known && equals != std::string::npos &&
        (key == "encoding" ? value == "utf8" || value == "utf-8" : value == "0" || value == "1");
    if (!valid)
      throw base::UsageError("Invalid handler argument: ['" + argument + "']",
                             "Command show-handlers lists the arguments.");
    fields.push_back({key, value});
  }
  return fields.empty() ? name : name + "(" + pgq::EncodeRow(fields) + ")";
}

}  // namespace londiste::handlers
