// Table and sequence names as the user types them: patterns, and the choice among candidates.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace londiste::tables {

// `*` and `?` match as in a shell, everything else is literal; without a dot the schema is public.
bool IsPattern(std::string_view typed);
bool MatchesPattern(std::string_view name, std::string_view pattern);

struct NameRequest {
  std::vector<std::string> typed = {};
  bool all = false;    // --all
  bool force = false;  // --force: take exact names that are not candidates
  bool again = false;  // take exact names that are processed already
};

struct SelectedNames {
  std::vector<std::string> names;
  std::vector<std::string> unknown;
};

// `did you mean public.t?`: a candidate of the same name in another schema, or one that is spelled
// nearly like it; "" when there is none.
std::string NearName(const std::string& name, const std::vector<std::string>& candidates);

// What to add to "already processed" and "not available", for a name with its schema; "": nothing.
// Without `unavailable` it is NearName.
struct NameReasons {
  std::function<std::string(const std::string&)> processed = {}, unavailable = {};
};

// The names the command shall work on, each once: pattern matches in candidate order, exact names
// where they were typed. `candidates`: objects that the command can take; `processed`: those that
// are already in the state it would bring them to (exact names among them are passed over with an
// info line). Other exact names are warned of one by one and returned as unknown.
SelectedNames SelectNames(const NameRequest& request, const std::vector<std::string>& candidates,
                          const std::vector<std::string>& processed,
                          const NameReasons& reasons = {});

}  // namespace londiste::tables
