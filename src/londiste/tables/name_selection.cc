#include "londiste/tables/name_selection.h"

#include <fnmatch.h>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "config/settings.h"
#include "pg/qualified_name.h"

namespace londiste::tables {
namespace {

std::string Because(const std::function<std::string(const std::string&)>& reason,
                    const std::string& name) {
  std::string text = reason ? reason(name) : "";
  return text.empty() ? text : ": " + text;
}

// Without its schema, in small letters.
std::string BareName(const std::string& name) {
  std::string bare = name.substr(name.find('.') + 1);
  for (char& c : bare) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return bare;
}

}  // namespace

bool IsPattern(std::string_view typed) {
  return typed.find_first_of("*?") != std::string_view::npos;
}

bool MatchesPattern(std::string_view name, std::string_view pattern) {
  std::string escaped;
  for (const char c : pattern) {
    if (c == '[' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return fnmatch(escaped.c_str(), std::string(name).c_str(), 0) == 0;
}

std::string NearName(const std::string& name, const std::vector<std::string>& candidates) {
  std::vector<std::string> bare_names;
  for (const std::string& candidate : candidates) bare_names.push_back(BareName(candidate));
  auto same = std::find(bare_names.begin(), bare_names.end(), BareName(name));
  if (same == bare_names.end()) {
    same = std::find(bare_names.begin(), bare_names.end(),
                     config::DidYouMean(BareName(name), bare_names));
  }
  if (same == bare_names.end()) return "";
  return "did you mean " + candidates[static_cast<std::size_t>(same - bare_names.begin())] + "?";
}

SelectedNames SelectNames(const NameRequest& request, const std::vector<std::string>& candidates,
                          const std::vector<std::string>& processed, const NameReasons& reasons) {
  SelectedNames selected;
  std::set<std::string> taken;
  auto take = [&](const std::string& name) {
    if (taken.insert(name).second) selected.names.push_back(name);
  };
  auto is_in = [](const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };

  auto unavailable = reasons.unavailable;
  if (!unavailable)
    unavailable = [&](const std::string& name) { return NearName(name, candidates); };

  if (request.all) std::for_each(candidates.begin(), candidates.end(), take);
  for (const std::string& typed : request.typed) {
    std::string name = pg::WithDefaultSchema(typed);
    if (IsPattern(name)) {
      bool matched = false;
      for (const std::string& candidate : candidates) {
        if (!MatchesPattern(candidate, name)) continue;
        take(candidate);
        matched = true;
      }
      if (!matched) spdlog::warn("nothing matches {}", name);
    } else if (is_in(candidates, name) || (request.again && is_in(processed, name))) {
      take(name);
    } else if (is_in(processed, name)) {
      spdlog::info("{} already processed{}", name, Because(reasons.processed, name));
    } else {
      spdlog::warn("{} not available{}", name, Because(unavailable, name));
      if (request.force) {
        take(name);
      } else if (taken.insert(name).second) {
        selected.unknown.push_back(name);
      }
    }
  }
  return selected;
}

}  // namespace londiste::tables
