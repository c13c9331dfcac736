// The table handlers of this version, and the text by which a table names its one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "londiste/handlers/handler.h"
#include "londiste/tables/table.h"

namespace londiste::handlers {

// In the order in which they are shown.
const std::vector<const HandlerKind*>& HandlerKinds();

// A handler with its arguments, as --handler and --handler-arg give it, or as the table attribute
// `handler` holds it: `name` or `name(urlencoded arguments)`.
struct HandlerText {
  std::string name;
  std::vector<HandlerArgument> arguments{};

  // Of the attribute; "" is the plain handler. SkyTools writes `name(k=v&k2=v2)` and also reads a
  // comma between arguments.
  static HandlerText Parse(std::string text);
  std::string ToString() const;
};

// The table's handler is not one of this version, or has arguments that it does not know.
class UnknownHandler : public UnusableHandler {
 public:
  using UnusableHandler::UnusableHandler;
};

// Throws UnknownHandler `handler "x" does not exist`.
const HandlerKind& HandlerKindOf(std::string_view name);

// The handler has an argument of that name, which may have that value.
bool Accepts(const HandlerKind& kind, const HandlerArgument& argument);

// Throws UnknownHandler, also `handler "x" has no argument y=z`, and UnusableHandler.
std::unique_ptr<Handler> MakeHandler(const HandlerText& text, const HandlerContext& context = {});
// The one that the table's attribute names.
std::unique_ptr<Handler> MakeHandlerOf(const tables::Table& table, const HandlerSettings& settings);

}  // namespace londiste::handlers
