#include "londiste/output/foreign_keys.h"

#include "londiste/output/json.h"

namespace londiste::output {
namespace {

// What is behind a comment's dashes must not go on in the next line.
std::string OnOneLine(std::string name) {
  for (char& c : name)
    if (c == '\n' || c == '\r') c = ' ';
  return name;
}

}  // namespace

std::string ForeignKeysText(const std::vector<ForeignKeyLine>& keys) {
  std::string text;
  for (const ForeignKeyLine& key : keys) {
    if (key.pending) {
      text += "-- pending";
      for (const std::string& table : key.waits_for)
        text += (&table == &key.waits_for.front() ? ", waits for " : ", ") + OnOneLine(table);
      text += "\n";
    }
    text += key.statement + ";\n";
  }
  return text;
}

std::string ForeignKeysJson(const std::string& queue, const std::vector<ForeignKeyLine>& keys) {
  Json list = Json::array();
  for (const ForeignKeyLine& key : keys)
    list.push_back({{"from_table", key.from_table},
                    {"to_table", key.to_table},
                    {"fkey_name", key.name},
                    {"statement", key.statement},
                    {"pending", key.pending},
                    {"waits_for", key.waits_for}});
  return JsonText({{"queue_name", queue}, {"foreign_keys", list}});
}

}  // namespace londiste::output
