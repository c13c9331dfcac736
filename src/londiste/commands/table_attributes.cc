#include "londiste/commands/table_attributes.h"

#include <algorithm>

#include "base/error.h"
#include "londiste/commands/public_connstr.h"

namespace londiste::commands {
namespace {

std::string InQuotes(const std::string& text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

}  // namespace

void SetAttribute(TableAttributes& attributes, const std::string& key, const std::string& value) {
  RemoveAttribute(attributes, key);
  attributes.push_back({key, value});
}

void RemoveAttribute(TableAttributes& attributes, const std::string& key) {
  std::erase_if(attributes, [&](const pgq::Field& field) { return field.name == key; });
}

std::string ShowAttributes(const TableAttributes& attributes) {
  std::string out = "{";
  for (const pgq::Field& field : attributes) {
    if (out.size() > 1) out += ", ";
    out += InQuotes(field.name) + ": " + (field.value ? InQuotes(*field.value) : "None");
  }
  return out + "}";
}

std::string CopyNode(const Context& context) {
  bool find = context.options.Has("find-copy-node"), named = context.options.Has("copy-node");
  if (find && named) throw base::UsageError("--copy-node and --find-copy-node exclude each other");
  if (LooksLikeConnstr(context.options.Value("copy-node"))) {
    throw base::UsageError("--copy-node takes a node's name, not a connection string",
                           "Command members lists the nodes.");
  }
  return find ? "?" : context.options.Value("copy-node");
}

}  // namespace londiste::commands
