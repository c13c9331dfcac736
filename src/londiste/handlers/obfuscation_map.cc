#include "londiste/handlers/obfuscation_map.h"

#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>

#include "base/error.h"
#include "pg/qualified_name.h"

namespace londiste::handlers {
namespace {

constexpr const char* kHint =
    "The file names tables, below each table its columns, behind each column one of: keep, skip, "
    "hash, hash32, hash64, bool; or, for a column of JSON, the keys that it may show, in the same "
    "way.";
// Of JSON in a column.
constexpr int kDeepest = 50;

class MapReader {
 public:
  explicit MapReader(const std::string& path) : path_(path) {}

  // What stands where in the file, for messages: `table "x", column "y"`.
  struct Place {
    std::string text;
    Place Below(const std::string& word, const std::string& name) const {
      return {text + (text.empty() ? "" : ", ") + word + " \"" + name + "\""};
    }
  };

  [[noreturn]] void Fail(const YAML::Mark& mark, const Place& place, const std::string& what) {
    throw base::ConfigError(path_ + ":" + std::to_string(mark.is_null() ? 1 : mark.line + 1) +
                                ": " + place.text + (place.text.empty() ? "" : ": ") + what,
                            kHint);
  }

  // Calls `take(name, node, place)` for each entry; a name that comes twice is an error, as one of
  // the two would be passed over.
  template <class Take>
  void Each(const YAML::Node& map, const Place& place, const std::string& word, Take take) {
    std::set<std::string> names;
    for (const auto& entry : map) {
      if (!entry.first.IsScalar() || entry.first.Scalar().empty())
        Fail(entry.first.Mark(), place, "the name of a " + word + " must be plain text");
      const std::string& name = entry.first.Scalar();
      const Place here = place.Below(word, name);
      if (!names.insert(name).second) Fail(entry.first.Mark(), here, "is there twice");
      take(name, entry.second, here, entry.first.Mark());
    }
  }

  HidingRule Rule(const YAML::Node& node, const Place& place, const YAML::Mark& mark, int depth) {
    if (depth > kDeepest) Fail(mark, place, "is nested too deeply");
    if (node.IsScalar()) {
      const auto hiding = ParseHiding(node.Scalar());
      if (!hiding)
        Fail(
            mark, place,
            "there is no \"" + node.Scalar() + "\": it may be one of " + std::string(kHidingWords));
      return {*hiding, {}};
    }
    if (!node.IsMap() || node.size() == 0)
      Fail(mark, place, "it must be one of " + std::string(kHidingWords) + ", or keys of JSON");
    HidingRule rule;
    Each(node, place, "key",
         [&](const auto& name, const auto& below, const auto& here, const auto& at) {
           rule.members.emplace(name, Rule(below, here, at, depth + 1));
         });
    return rule;
  }

 private:
  const std::string& path_;
};

}  // namespace

std::shared_ptr<const ObfuscationMap> ObfuscationMap::ReadFile(const std::string& path,
                                                               std::string key,
                                                               const std::string& origin) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad())
    throw base::ConfigError(origin + ": obfuscator_map: could not read file \"" + path +
                            "\": " + std::strerror(errno));
  return std::make_shared<const ObfuscationMap>(Parse(text, path, std::move(key)));
}

ObfuscationMap ObfuscationMap::Parse(const std::string& text, const std::string& path,
                                     std::string key) {
  ObfuscationMap map;
  map.path_ = path;
  map.key_ = std::move(key);
  MapReader reader(path);
  try {
    const YAML::Node root = YAML::Load(text);
    if (!root.IsMap()) reader.Fail(root.Mark(), {}, "the file names no tables");
    reader.Each(root, {}, "table",
                [&](const auto& name, const auto& node, const auto& place, const auto& mark) {
                  if (!node.IsMap() || node.size() == 0)
                    reader.Fail(mark, place, "no columns are named");
                  Columns columns;
                  reader.Each(
                      node, place, "column",
                      [&](const auto& column, const auto& rule, const auto& here, const auto& at) {
                        columns.emplace(column, reader.Rule(rule, here, at, 0));
                      });
                  if (!map.tables_.emplace(pg::WithDefaultSchema(name), std::move(columns)).second)
                    reader.Fail(mark, place, "is there twice");
                });
  } catch (const YAML::Exception& error) {
    reader.Fail(error.mark, {}, "the file is no YAML: " + error.msg);
  }
  return map;
}

const ObfuscationMap::Columns* ObfuscationMap::Find(std::string_view table) const {
  auto found = tables_.find(table);
  if (found == tables_.end()) found = tables_.find(pg::WithDefaultSchema(table));
  return found == tables_.end() ? nullptr : &found->second;
}

}  // namespace londiste::handlers
