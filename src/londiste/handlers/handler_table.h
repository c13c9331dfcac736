// The table handlers of this version, and the text by which a table names its one.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "londiste/handlers/handler.h"
#include "londiste/tables/table.h"

namespace londiste::handlers {

std::span<const HandlerKind* const> HandlerKinds();
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

// The table's handler is not one of this version, or has arguments that it does not know: the
// table can be neither copied nor applied.
class UnknownHandler : public base::Error {
 public:
  using Error::Error;
};

// Throws UnknownHandler `handler "x" does not exist`.
const HandlerKind& HandlerKindOf(std::string_view name);

// The handler has an argument of that name, which may have that value.
bool Accepts(const HandlerKind& kind, const HandlerArgument& argument);

// Throws UnknownHandler, also `handler "x" has no argument y=z`.
std::unique_ptr<Handler> MakeHandler(const HandlerText& text);
// The one that the table's attribute names.
std::unique_ptr<Handler> MakeHandlerOf(const tables::Table& table);

}  // namespace londiste::handlers
