#include "londiste/node/add_request.h"

#include "base/error.h"
#include "base/text.h"
#include "londiste/handlers/handler_table.h"
#include "pg/qualified_name.h"

namespace londiste::node {
namespace {

int PositiveNumber(const std::string& option, const std::string& text) {
  const auto number = base::ParseWhole<int>(text);
  if (!number || *number < 1)
    throw base::UsageError("option --" + option + ": invalid integer value: '" + text + "'");
  return *number;
}

handlers::HandlerText ReadHandler(const command_line::ParsedLine& options) {
  handlers::HandlerText handler{options.Value("handler"), {}};
  const handlers::HandlerKind& kind = handlers::HandlerKindOf(handler.name);
  for (const std::string& text : options.Values("handler-arg")) {
    const std::size_t equals = text.find('=');
    const handlers::HandlerArgument argument{
        text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1)};
    if (equals == std::string::npos || !handlers::Accepts(kind, argument))
      throw base::UsageError("Invalid handler argument: ['" + text + "']",
                             "Command show-handlers lists the arguments.");
    handler.arguments.push_back(argument);
  }
  return handler;
}

void TakeHandler(const CommandContext& context, AddRequest& request) {
  const handlers::HandlerText text = ReadHandler(context.options);
  request.handler = handlers::MakeHandler(
      text, {handlers::HandlerSettings::Read(context.settings), "of add-table", {}});
  request.attributes.Set("handler", text.ToString());
  for (std::string& argument : request.handler->TriggerArguments())
    request.trigger_args.push_back(std::move(argument));
  const std::string dest = request.handler->dest_table();
  if (!dest.empty() && !request.dest_table.empty())
    throw base::UsageError("--dest-table and handler argument table exclude each other");
  if (!dest.empty()) request.dest_table = pg::WithDefaultSchema(dest);
  if (!request.handler->needs_table()) request.trigger_args.emplace_back("virtual_table");
  if (!request.handler->copies_rows()) request.expect_sync = true;
}

}  // namespace

AddRequest ReadAddRequest(const CommandContext& context) {
  const command_line::ParsedLine& options = context.options;
  AddRequest request;
  request.expect_sync = options.Has("expect-sync");
  request.copy_node = CopyNode(context);
  if (options.Has("dest-table"))
    request.dest_table = pg::WithDefaultSchema(options.Value("dest-table"));

  if (options.Has("trigger-flags"))
    request.trigger_args.push_back("tgflags=" + options.Value("trigger-flags"));
  for (const std::string& argument : options.Values("trigger-arg"))
    request.trigger_args.push_back(argument);
  if (options.Has("no-triggers")) request.trigger_args.emplace_back("no_triggers");
  if (request.expect_sync) request.trigger_args.emplace_back("expect_sync");
  for (const auto& [option, argument] :
       {std::pair("merge-all", "merge_all"), std::pair("no-merge", "no_merge")})
    if (options.Has(option)) request.trigger_args.emplace_back(argument);

  if (options.Has("handler"))
    TakeHandler(context, request);
  else if (options.Has("handler-arg"))
    throw base::UsageError("--handler-arg needs --handler");
  if (!request.copy_node.empty()) request.attributes.Set("copy_node", request.copy_node);
  if (options.Has("skip-truncate") && !request.expect_sync)
    request.attributes.Set("skip_truncate", "1");
  if (options.Has("max-parallel-copy")) {
    int number = PositiveNumber("max-parallel-copy", options.Value("max-parallel-copy"));
    request.attributes.Set("max_parallel_copy", std::to_string(number));
  }
  return request;
}

}  // namespace londiste::node
