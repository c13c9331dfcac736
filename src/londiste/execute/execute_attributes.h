// The attributes of an EXECUTE script: `--*-- Local-Table: public.a, public.b` lines at its head
// say which nodes it is for.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace londiste::execute {

enum class ExecuteKey {
  kLocalTable,
  kLocalSequence,
  kLocalDestination,  // a local table that exists in the database
  kNeedTable,
  kNeedSequence,
  kNeedFunction,  // name(number of arguments), 0 by default
  kNeedSchema,
  kNeedView,
};

struct ExecuteAttribute {
  ExecuteKey key;
  std::vector<std::string> names;
  friend bool operator==(const ExecuteAttribute&, const ExecuteAttribute&) = default;
};

class ExecuteAttributes {
 public:
  // Reads the head of a script: attribute lines, other comment lines and blank lines, up to the
  // first other line. A line that ends in a comma goes on in the next attribute line. Throws
  // base::Error `Invalid key: X`.
  static ExecuteAttributes FromScript(std::string_view script);
  // The form in which events and londiste.applied_execute hold them.
  static ExecuteAttributes FromEncoded(std::string_view text);
  std::string Encoded() const;

  const std::vector<ExecuteAttribute>& entries() const { return entries_; }
  bool empty() const { return entries_.empty(); }
  friend bool operator==(const ExecuteAttributes&, const ExecuteAttributes&) = default;

 private:
  void Add(ExecuteKey key, std::string_view names);
  std::vector<ExecuteAttribute> entries_;
};

// What a node has; asked once for each name of the attributes.
class ExecuteScope {
 public:
  virtual ~ExecuteScope() = default;
  // nullopt: not here. For kLocal* keys the quoted name by which `@name@` is replaced; for the
  // others any text.
  virtual std::optional<std::string> Find(ExecuteKey key, const std::string& name) = 0;
};

// The script for this node: `@name@` replaced; nullopt when nothing that the attributes name is
// here. Without attributes: the script itself. Throws base::Error `SQL only partially matches local
// setup: matches=[…] misses=[…]`.
std::optional<std::string> ScriptForNode(std::string_view script,
                                         const ExecuteAttributes& attributes, ExecuteScope& scope);

}  // namespace londiste::execute
