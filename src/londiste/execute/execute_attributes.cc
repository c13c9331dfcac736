#include "londiste/execute/execute_attributes.h"

#include <array>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "pg/quote.h"
#include "pgq/urlencode.h"

namespace londiste::execute {
namespace {

constexpr std::array<std::pair<std::string_view, ExecuteKey>, 8> kKeys{{
    {"local-table", ExecuteKey::kLocalTable},
    {"local-sequence", ExecuteKey::kLocalSequence},
    {"local-destination", ExecuteKey::kLocalDestination},
    {"need-table", ExecuteKey::kNeedTable},
    {"need-sequence", ExecuteKey::kNeedSequence},
    {"need-function", ExecuteKey::kNeedFunction},
    {"need-schema", ExecuteKey::kNeedSchema},
    {"need-view", ExecuteKey::kNeedView},
}};

ExecuteKey ParseKey(std::string_view text) {
  const std::string lower = base::LowerCase(text);
  for (const auto& [name, key] : kKeys) {
    if (name == lower) return key;
  }
  throw base::Error("Invalid key: " + std::string(text),
                    "Known keys: Local-Table, Local-Sequence, Local-Destination, Need-Table, "
                    "Need-Sequence, Need-Function, Need-Schema, Need-View.");
}

std::string_view KeyName(ExecuteKey wanted) {
  for (const auto& [name, key] : kKeys) {
    if (key == wanted) return name;
  }
  return {};
}

bool IsLocal(ExecuteKey key) {
  return key == ExecuteKey::kLocalTable || key == ExecuteKey::kLocalSequence ||
         key == ExecuteKey::kLocalDestination;
}

std::string Joined(const std::vector<std::string>& names, std::string_view separator) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += separator;
    text += name;
  }
  return text;
}

std::string Replaced(std::string_view script, const std::map<std::string, std::string>& tags) {
  std::string out;
  std::size_t at = 0;
  while (at < script.size()) {
    const auto start = script.find('@', at);
    const auto end = start == std::string_view::npos ? start : script.find('@', start + 1);
    if (end == std::string_view::npos) break;
    const auto tag = tags.find(std::string(script.substr(start + 1, end - start - 1)));
    // Not one of ours: the second @ may still begin one.
    out += script.substr(at, start - at);
    if (tag == tags.end()) {
      out += script.substr(start, end - start);
      at = end;
    } else {
      out += tag->second;
      at = end + 1;
    }
  }
  if (at < script.size()) out += script.substr(at);
  return out;
}

}  // namespace

void ExecuteAttributes::Add(ExecuteKey key, std::string_view names) {
  ExecuteAttribute* attribute = nullptr;
  for (ExecuteAttribute& entry : entries_) {
    if (entry.key == key) attribute = &entry;
  }
  if (attribute == nullptr) attribute = &entries_.emplace_back(ExecuteAttribute{key, {}});
  while (!names.empty()) {
    const std::string_view name = base::Trim(base::TakeUntil(names, ','));
    if (!name.empty()) attribute->names.emplace_back(name);
  }
}

ExecuteAttributes ExecuteAttributes::FromScript(std::string_view script) {
  static constexpr std::string_view kMark = "--*--";
  ExecuteAttributes attributes;
  ExecuteKey key = ExecuteKey::kLocalTable;
  bool continued = false;
  while (!script.empty()) {
    std::string_view line = base::Trim(base::TakeUntil(script, '\n'));
    if (line.starts_with(kMark)) {
      line = base::Trim(line.substr(kMark.size()));
      if (line.empty()) continue;  // they frame the others
      if (!continued) {
        if (line.find(':') == std::string_view::npos)
          throw base::Error("Invalid attribute line: " + std::string(line));
        key = ParseKey(base::Trim(base::TakeUntil(line, ':')));
      }
      attributes.Add(key, line);
      continued = base::Trim(line).ends_with(',');
    } else if (!line.empty() && !line.starts_with("--")) {
      break;
    }
  }
  return attributes;
}

ExecuteAttributes ExecuteAttributes::FromEncoded(std::string_view text) {
  ExecuteAttributes attributes;
  for (const pgq::Field& field : pgq::DecodeRow(text)) {
    attributes.Add(ParseKey(field.name), field.value.value_or(std::string()));
  }
  return attributes;
}

std::string ExecuteAttributes::Encoded() const {
  std::vector<pgq::Field> row;
  for (const ExecuteAttribute& entry : entries_) {
    row.push_back({std::string(KeyName(entry.key)), Joined(entry.names, ",")});
  }
  return pgq::EncodeRow(row);
}

std::string NodeFit::DescribePart() const {
  return "SQL only partially matches local setup: matches=[" + Joined(matches, ", ") +
         "] misses=[" + Joined(misses, ", ") + "]";
}

NodeFit FitToNode(const ExecuteAttributes& attributes, ExecuteScope& scope) {
  NodeFit fit;
  for (const ExecuteAttribute& attribute : attributes.entries()) {
    for (const std::string& name : attribute.names) {
      const auto found = scope.Find(attribute.key, name);
      (found ? fit.matches : fit.misses).push_back(name);
      // What is not here is called as the script calls it, when it is run all the same.
      if (IsLocal(attribute.key))
        fit.tags[name] = found ? *found : pg::QualifiedName::Parse(name).Quoted();
    }
  }
  return fit;
}

std::string WithNames(std::string_view script, const NodeFit& fit) {
  return Replaced(script, fit.tags);
}

}  // namespace londiste::execute
