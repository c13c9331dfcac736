#include "command_line/parsed_line.h"

#include <stdexcept>

namespace command_line {

const ParsedLine::Seen& ParsedLine::Find(std::string_view name) const {
  const auto found = seen_.find(name);
  if (found == seen_.end()) throw std::logic_error("undeclared option: " + std::string(name));
  return found->second;
}

int ParsedLine::Count(std::string_view name) const { return Find(name).count; }

std::string ParsedLine::Value(std::string_view name) const {
  const Seen& seen = Find(name);
  return seen.values.empty() ? "" : seen.values.back();
}

const std::vector<std::string>& ParsedLine::Values(std::string_view name) const {
  return Find(name).values;
}

std::vector<std::string_view> ParsedLine::Given() const {
  std::vector<std::string_view> given;
  for (const std::string_view name : order_) {
    if (Find(name).count > 0) given.push_back(name);
  }
  return given;
}

}  // namespace command_line
