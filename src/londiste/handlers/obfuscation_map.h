// Setting obfuscator_map: a YAML file that says, table by table and column by column, what handler
// obfuscate lets through.
//
//   public.customer:
//     id: keep
//     email: hash
//     settings:        # JSON: what its objects may show
//       theme: keep
//
// Immutable once read: shared by the worker and its copies, from any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "londiste/handlers/hidden_value.h"

namespace londiste::handlers {

// One column, or a key of an object of JSON. What is not listed is left out.
struct HidingRule {
  Hiding hiding = Hiding::kSkip;
  std::map<std::string, HidingRule, std::less<>> members{};  // with some, `hiding` means nothing
  bool is_object() const { return !members.empty(); }
};

class ObfuscationMap {
 public:
  using Columns = std::map<std::string, HidingRule, std::less<>>;

  // Throws base::ConfigError naming file, line, table and column. `origin`: of the setting, for
  // messages.
  static std::shared_ptr<const ObfuscationMap> ReadFile(const std::string& path, std::string key,
                                                        const std::string& origin);
  static ObfuscationMap Parse(const std::string& text, const std::string& path, std::string key);

  // nullptr: the file does not name the table. `table`: its name on the queue.
  const Columns* Find(std::string_view table) const;
  const std::string& path() const { return path_; }
  const std::string& key() const { return key_; }

 private:
  std::string path_, key_;
  std::map<std::string, Columns, std::less<>> tables_;
};

}  // namespace londiste::handlers
