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

// How a script's attributes fit a node.
struct NodeFit {
  std::vector<std::string> matches, misses;  // names, as the attributes write them
  std::map<std::string, std::string> tags;   // `@name@` -> what it stands for, of the kLocal* keys

  bool runs() const { return misses.empty(); }  // also without attributes
  bool partly() const { return !misses.empty() && !matches.empty(); }
  // `SQL only partially matches local setup: matches=[…] misses=[…]`. REQUIRES: partly().
  std::string DescribePart() const;
};
NodeFit FitToNode(const ExecuteAttributes& attributes, ExecuteScope& scope);

// The script with `@name@` replaced.
std::string WithNames(std::string_view script, const NodeFit& fit);

}  // namespace londiste::execute
