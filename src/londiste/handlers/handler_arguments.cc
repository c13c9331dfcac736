#include "londiste/handlers/handler_arguments.h"

#include <algorithm>

#include "pgq/urlencode.h"

namespace londiste::handlers {
namespace {

std::string Attribute(const tables::Table& table, const std::string& name) {
  const auto found = table.attrs.find(name);
  return found == table.attrs.end() ? "" : found->second.value_or("");
}

// SkyTools writes `name(k=v&k2=v2)` and also reads a comma between arguments.
HandlerArguments ReadArguments(const tables::Table& table, std::string text) {
  HandlerArguments arguments;
  std::ranges::replace(text, ',', '&');
  for (const pgq::Field& argument : pgq::DecodeRow(text)) {
    const std::string value = argument.value.value_or("");
    if (argument.name == "ignore_truncate")
      arguments.ignore_truncate = value != "" && value != "0";
    else if (argument.name != "encoding" ||
             (value != "utf8" && value != "utf-8"))  // sessions are UTF-8 anyway
      arguments.refusal = "table " + table.name + ": handler argument " + argument.name + "=" +
                          value + " is not supported";
  }
  return arguments;
}

}  // namespace

HandlerArguments ReadHandler(const tables::Table& table) {
  std::string handler = Attribute(table, "handler");
  if (handler.empty()) handler = Attribute(table, "handlers");  // older key
  if (handler.empty()) return {};
  const std::size_t open = handler.find('(');
  const std::string name = handler.substr(0, open);
  if (name != "londiste") {
    HandlerArguments arguments;
    arguments.refusal = "table " + table.name + ": handler \"" + name + "\" is not supported";
    return arguments;
  }
  if (open == std::string::npos) return {};
  const std::size_t close = handler.rfind(')');
  return ReadArguments(
      table, handler.substr(open + 1, close == std::string::npos ? close : close - open - 1));
}

}  // namespace londiste::handlers
