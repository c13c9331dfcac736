#include "londiste/structure/dropped_structure.h"

#include "base/error.h"
#include "pg/statement_splitter.h"

namespace londiste::structure {
namespace {

using Words = std::vector<std::string>;

bool SetsTablespace(const Words& words) {
  return words.size() >= 3 && words[0] == "set" && words[1] == "local" &&
         words[2] == "default_tablespace";
}

bool CreatesIndex(const Words& words) {
  return words.size() >= 3 && words[0] == "create" &&
         (words[1] == "index" || (words[1] == "unique" && words[2] == "index"));
}

// A tablespace belongs to the statement behind it.
DroppedStructure Sort(std::string_view text) {
  DroppedStructure structure;
  std::string before;
  for (const pg::ScriptStatement& statement : pg::SplitStatements(text)) {
    const std::string sql = before + std::string(statement.text);
    before.clear();
    if (SetsTablespace(statement.words)) {
      before = sql + ";\n";
    } else {
      (CreatesIndex(statement.words) ? structure.builds : structure.rest).push_back(sql);
    }
  }
  return structure;
}

void Append(std::vector<std::string>& to, const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

std::string DroppedStructure::Text() const {
  std::string text;
  for (const auto* list : {&builds, &rest})
    for (const std::string& sql : *list) text += sql + ";\n";
  return text;
}

DroppedStructure DroppedStructure::Parse(std::string_view text) {
  try {
    return Sort(text);
  } catch (const base::Error&) {  // not ours: the server will say what is wrong with it
    return {{}, {std::string(text)}};
  }
}

void DroppedStructure::Add(const DroppedStructure& more) {
  Append(builds, more.builds);
  Append(rest, more.rest);
}

}  // namespace londiste::structure
