#include "londiste/tables/table_attributes.h"

#include <algorithm>

#include "base/error.h"

namespace londiste::tables {
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

}  // namespace londiste::tables
