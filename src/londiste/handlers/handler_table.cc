#include "londiste/handlers/handler_table.h"

#include <algorithm>
#include <map>
#include <set>

#include "londiste/handlers/bulk_handler.h"
#include "londiste/handlers/dispatch_handler.h"
#include "londiste/handlers/function_handlers.h"
#include "londiste/handlers/handler_registry.h"
#include "londiste/handlers/obfuscate_handler.h"
#include "londiste/handlers/plain_handler.h"
#include "londiste/handlers/queue_handlers.h"
#include "londiste/handlers/shard_handler.h"
#include "pgq/urlencode.h"

namespace londiste::handlers {
namespace {

std::vector<const HandlerKind*>& AllKinds() {
  static std::vector<const HandlerKind*> kinds = [] {
    std::vector<const HandlerKind*> all = {&PlainHandlerKind()};
    for (const auto kinds_of_a_file :
         {ShardHandlerKinds(), QueueHandlerKinds(), FunctionHandlerKinds()})
      for (const HandlerKind& kind : kinds_of_a_file) all.push_back(&kind);
    all.push_back(&BulkHandlerKind());
    all.push_back(&ObfuscateHandlerKind());
    for (const HandlerKind& kind : DispatchHandlerKinds()) all.push_back(&kind);
    return all;
  }();
  return kinds;
}

// By kind, those that are not of the program.
std::map<const HandlerKind*, std::string>& Modules() {
  static std::map<const HandlerKind*, std::string> modules;
  return modules;
}

// Such a name needs no quoting, neither in the table's attribute nor in a shell.
bool IsName(std::string_view name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == name.npos;
}

}  // namespace

const std::vector<const HandlerKind*>& HandlerKinds() { return AllKinds(); }

std::string ModuleOf(const HandlerKind& kind) {
  const auto found = Modules().find(&kind);
  return found == Modules().end() ? "" : found->second;
}

void AddHandlerKinds(const std::vector<HandlerKind>& kinds, const std::string& module) {
  std::set<std::string_view> names;
  for (const HandlerKind* kind : HandlerKinds()) names.insert(kind->name);
  for (const HandlerKind& kind : kinds) {
    const std::string name(kind.name);
    if (!IsName(name))
      throw base::Error("\"" + name + "\" cannot be the name of a handler",
                        "Names are of small letters, digits and _.");
    if (!names.insert(kind.name).second)
      throw base::Error("there is another handler \"" + name + "\"");
    if (!kind.make) throw base::Error("handler \"" + name + "\" has no function `make`");
  }
  for (const HandlerKind& kind : kinds) {
    AllKinds().push_back(&kind);
    Modules()[&kind] = module;
  }
}

const HandlerKind& HandlerKindOf(std::string_view name) {
  const auto& kinds = HandlerKinds();
  const auto found = std::ranges::find(kinds, name, [](const auto* kind) { return kind->name; });
  if (found == kinds.end()) {
    throw UnknownHandler("handler \"" + std::string(name) + "\" does not exist",
                         "Command show-handlers lists the handlers that there are; setting "
                         "handler_modules names files with others.");
  }
  return **found;
}

bool Accepts(const HandlerKind& kind, const HandlerArgument& given) {
  const HandlerKind& declared = kind.variant_of ? *kind.variant_of : kind;
  return std::ranges::any_of(declared.arguments, [&](const HandlerKind::Argument& argument) {
    return (argument.name == given.name || argument.name == "*") && argument.accepts(given.value);
  });
}

HandlerText HandlerText::Parse(std::string text) {
  if (text.empty()) return {std::string(PlainHandlerKind().name), {}};
  const std::size_t open = text.find('(');
  HandlerText handler{text.substr(0, open), {}};
  if (open == std::string::npos) return handler;
  const std::size_t close = text.rfind(')');
  std::string arguments =
      text.substr(open + 1, close == std::string::npos ? close : close - open - 1);
  std::ranges::replace(arguments, ',', '&');
  for (pgq::Field& field : pgq::DecodeRow(arguments))
    handler.arguments.push_back({std::move(field.name), field.value.value_or("")});
  return handler;
}

std::string HandlerText::ToString() const {
  if (arguments.empty()) return name;
  std::vector<pgq::Field> fields;
  for (const HandlerArgument& argument : arguments)
    fields.push_back({argument.name, argument.value});
  return name + "(" + pgq::EncodeRow(fields) + ")";
}

std::unique_ptr<Handler> MakeHandler(const HandlerText& text, const HandlerContext& context) {
  const HandlerKind& kind = HandlerKindOf(text.name);
  for (const HandlerArgument& argument : text.arguments) {
    if (!Accepts(kind, argument))
      throw UnknownHandler(
          "handler \"" + text.name + "\" has no argument " + argument.name + "=" + argument.value,
          "Command show-handlers lists the arguments.");
  }
  return kind.make(text.arguments, context);
}

std::unique_ptr<Handler> MakeHandlerOf(const tables::Table& table,
                                       const HandlerSettings& settings) {
  return MakeHandler(HandlerText::Parse(table.handler_text()), {settings, table.name, table.dest});
}

}  // namespace londiste::handlers
