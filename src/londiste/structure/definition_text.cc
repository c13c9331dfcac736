#include "londiste/structure/definition_text.h"

#include "base/error.h"

namespace londiste::structure {
namespace {

// May be part of a name that is not quoted, or go on one.
bool GoesOn(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || c == '"' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

// The first `wanted` from `at` on that begins and ends outside of quotes, or npos. The server
// writes a quote inside of quotes twice, so that two quoted parts touch.
std::size_t FindOutsideQuotes(std::string_view text, std::string_view wanted, std::size_t at) {
  while (at < text.size()) {
    const std::size_t end = at + wanted.size();
    if (text.substr(at).starts_with(wanted) && (end == text.size() || !GoesOn(text[end])) &&
        (at == 0 || !GoesOn(text[at - 1]) || !GoesOn(wanted.front())))
      return at;
    if (text[at] == '"' || text[at] == '\'') {
      const std::size_t closing = text.find(text[at], at + 1);
      if (closing == std::string_view::npos) return closing;
      at = closing;
    }
    ++at;
  }
  return std::string_view::npos;
}

}  // namespace

SplitDefinition SplitDefinitionAt(std::string_view definition, std::string_view keyword,
                                  std::string_view name) {
  const std::string wanted = std::string(keyword) + std::string(name);
  const std::size_t found = FindOutsideQuotes(definition, wanted, 0);
  if (found == std::string_view::npos)
    throw base::Error("could not find table " + std::string(name) +
                      " in definition: " + std::string(definition));
  return {std::string(definition.substr(0, found + keyword.size())),
          std::string(definition.substr(found + wanted.size()))};
}

std::string ReplaceName(std::string_view definition, std::string_view name, std::string_view to) {
  std::string result;
  std::size_t at = 0;
  for (;;) {
    const std::size_t found = FindOutsideQuotes(definition, name, at);
    if (found == std::string_view::npos) break;
    result += definition.substr(at, found - at);
    result += to;
    at = found + name.size();
  }
  return result + std::string(definition.substr(at));
}

}  // namespace londiste::structure
