#include "londiste/node/add_request.h"

#include <charconv>

#include "base/error.h"
#include "londiste/handlers/handler_list.h"
#include "londiste/tables/name_selection.h"

namespace londiste::node {
namespace {

int PositiveNumber(const std::string& option, const std::string& text) {
  int number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1) {
    throw base::UsageError("option --" + option + ": invalid integer value: '" + text + "'");
  }
  return number;
}

}  // namespace

AddRequest ReadAddRequest(const CommandContext& context) {
  const options::ParsedLine& options = context.options;
  AddRequest request;
  request.expect_sync = options.Has("expect-sync");
  request.copy_node = CopyNode(context);
  if (options.Has("dest-table"))
    request.dest_table = tables::WithSchema(options.Value("dest-table"));

  if (options.Has("trigger-flags"))
    request.trigger_args.push_back("tgflags=" + options.Value("trigger-flags"));
  for (const std::string& argument : options.Values("trigger-arg"))
    request.trigger_args.push_back(argument);
  if (options.Has("no-triggers")) request.trigger_args.emplace_back("no_triggers");
  if (request.expect_sync) request.trigger_args.emplace_back("expect_sync");

  if (options.Has("handler")) {
    tables::SetAttribute(
        request.attributes, "handler",
        handlers::HandlerAttribute(options.Value("handler"), options.Values("handler-arg")));
  } else if (options.Has("handler-arg")) {
    throw base::UsageError("--handler-arg needs --handler");
  }
  if (!request.copy_node.empty())
    tables::SetAttribute(request.attributes, "copy_node", request.copy_node);
  if (options.Has("skip-truncate") && !request.expect_sync)
    tables::SetAttribute(request.attributes, "skip_truncate", "1");
  if (options.Has("max-parallel-copy")) {
    int number = PositiveNumber("max-parallel-copy", options.Value("max-parallel-copy"));
    tables::SetAttribute(request.attributes, "max_parallel_copy", std::to_string(number));
  }
  return request;
}

}  // namespace londiste::node
