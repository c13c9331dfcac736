#include "londiste/handlers/handler_modules.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace londiste::handlers {
namespace {

constexpr std::string_view kPackage = "londiste.handlers.";
constexpr auto kModules =
    std::to_array<std::string_view>({"applyfn", "bulk", "dispatch", "multimaster", "obfuscate",
                                     "part", "qtable", "shard", "vtable"});

bool IsBuiltIn(std::string_view module) {
  return module.starts_with(kPackage) &&
         std::ranges::find(kModules, module.substr(kPackage.size())) != kModules.end();
}

}  // namespace

std::vector<std::string> UnknownHandlerModules(const std::vector<std::string>& modules) {
  std::vector<std::string> unknown;
  for (const std::string& module : modules)
    if (!IsBuiltIn(module)) unknown.push_back(module);
  return unknown;
}

}  // namespace londiste::handlers
