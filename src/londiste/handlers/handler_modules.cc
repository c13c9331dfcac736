#include "londiste/handlers/handler_modules.h"

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "londiste/handlers/handler_registry.h"
#include "londiste/handlers/module.h"

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

bool IsPath(std::string_view module) { return module.find('/') != module.npos; }

// The same without links, so that what is looked at is what is loaded.
std::string RealPath(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr),
                                                         &std::free);
  if (!real) throw base::Error(std::strerror(errno));
  return real.get();
}

template <class Function>
Function* Symbol(void* library, const char* name) {
  void* const symbol = dlsym(library, name);
  if (symbol == nullptr)
    throw base::Error("it has no function " + std::string(name),
                      "A module defines the functions that header londiste/handlers/module.h "
                      "declares.");
  return reinterpret_cast<Function*>(symbol);
}

void Load(const std::string& path) {
  if (!path.starts_with('/')) throw base::Error("the path is not absolute");
  const std::string real = RealPath(path);
  if (const std::string why = WhyOthersMayWrite(real); !why.empty())
    throw base::Error(why,
                      "What the file holds runs with the worker's rights: let it and its folders "
                      "belong to root, or to the user that runs the worker, and be writable by "
                      "nobody else.");
  void* const library = dlopen(real.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw base::Error(dlerror());
  const std::string_view abi =
      Symbol<decltype(londiste_handler_abi)>(library, "londiste_handler_abi")();
  if (abi != kModuleAbi)
    throw base::Error("it was built for \"" + std::string(abi) + "\", and this program takes \"" +
                          kModuleAbi + "\"",
                      "Build it again with the headers of this version.");
  const auto* kinds = Symbol<decltype(londiste_handler_kinds)>(library, "londiste_handler_kinds")();
  if (kinds == nullptr || kinds->empty()) throw base::Error("it has no handlers");
  AddHandlerKinds(*kinds, path);
}

}  // namespace

std::string WhyOthersMayWrite(const std::string& path) {
  for (std::string part = path;;) {
    struct stat status {};
    if (stat(part.c_str(), &status) != 0) return part + ": " + std::strerror(errno);
    if (part == path && !S_ISREG(status.st_mode)) return part + " is no file";
    if (status.st_uid != 0 && status.st_uid != geteuid())
      return part + " belongs to another user (" + std::to_string(status.st_uid) + ")";
    // In a folder like /tmp nobody can replace what belongs to others.
    const bool sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !sticky)
      return part + " may be written by " +
             ((status.st_mode & S_IWOTH) != 0 ? "everybody" : "its group");
    if (part == "/") return "";
    part.resize(std::max<std::size_t>(part.rfind('/'), 1));
  }
}

void LoadHandlerModules(const config::Settings& settings) {
  for (const std::string& path : settings.list("handler_modules")) {
    if (!IsPath(path)) continue;
    try {
      Load(path);
    } catch (const base::Error& error) {
      throw base::ConfigError(settings.origin("handler_modules").ToString() +
                                  ": handler_modules: could not load \"" + path +
                                  "\": " + error.what(),
                              error.hint());
    }
  }
}

std::vector<std::string> UnknownHandlerModules(const std::vector<std::string>& modules) {
  std::vector<std::string> unknown;
  for (const std::string& module : modules)
    if (!IsPath(module) && !IsBuiltIn(module)) unknown.push_back(module);
  return unknown;
}

}  // namespace londiste::handlers
