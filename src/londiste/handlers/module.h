// Handlers in a file of one's own: a shared object that setting `handler_modules` names by its
// absolute path. It defines the two functions below:
//
//   const char* londiste_handler_abi() { return londiste::handlers::kModuleAbi; }
//   const std::vector<londiste::handlers::HandlerKind>* londiste_handler_kinds() {
//     static const std::vector<londiste::handlers::HandlerKind> kinds = {...};
//     return &kinds;
//   }
//
// Built with find_package(skytools_pgq) and target skytools::handler, by the compiler family and
// against the libpqxx that the program was built with. What the headers of base, pg and pgq declare
// is taken from the program. A module stays loaded to the end of the process; its code runs in the
// worker, with the worker's rights, on several threads (handlers/handler.h says which).
#pragma once

#include <pqxx/version.hxx>

#include <vector>

#include "londiste/handlers/handler.h"

namespace londiste::handlers {

// What must be the same on both sides: the number counts changes of the headers.
#if defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI == 0
inline constexpr char kModuleAbi[] = "londiste handlers 2, libpqxx " PQXX_VERSION ", old strings";
#else
inline constexpr char kModuleAbi[] = "londiste handlers 2, libpqxx " PQXX_VERSION;
#endif

}  // namespace londiste::handlers

extern "C" {
// Asked first; the other one only when the answer is the program's own kModuleAbi.
[[gnu::visibility("default")]] const char* londiste_handler_abi();
// Neither nullptr nor empty. No name may be that of another handler.
[[gnu::visibility("default")]] const std::vector<londiste::handlers::HandlerKind>*
londiste_handler_kinds();
}
