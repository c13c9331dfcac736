// The options of add-table as the functions of schema londiste want them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "londiste/handlers/handler.h"
#include "londiste/node/command_context.h"
#include "londiste/tables/attributes.h"

namespace londiste::node {

struct AddRequest {
  std::vector<std::string> trigger_args;
  tables::TableAttributes attributes;
  std::string dest_table;  // "" : the same name
  bool expect_sync = false;
  std::string copy_node;                       // "" : the provider
  std::unique_ptr<handlers::Handler> handler;  // nullptr: the plain one
};

// Throws base::UsageError for options that contradict each other.
AddRequest ReadAddRequest(const CommandContext& context);

}  // namespace londiste::node
