#include "londiste/node/command_context.h"

#include "base/error.h"
#include "londiste/node/public_connstr.h"

namespace londiste::node {

void RequireNames(const CommandContext& context, std::string_view kind, std::string_view lister) {
  if (!context.arguments.empty() || context.options.Has("all")) return;
  throw base::UsageError(std::string(context.command) + ": which " + std::string(kind) +
                         "? Give names, patterns or --all (command " + std::string(lister) +
                         " lists them)");
}

std::string CopyNode(const CommandContext& context) {
  bool find = context.options.Has("find-copy-node"), named = context.options.Has("copy-node");
  if (find && named) throw base::UsageError("--copy-node and --find-copy-node exclude each other");
  if (node::LooksLikeConnstr(context.options.Value("copy-node"))) {
    throw base::UsageError("--copy-node takes a node's name, not a connection string",
                           "Command members lists the nodes.");
  }
  return find ? "?" : context.options.Value("copy-node");
}

}  // namespace londiste::node
