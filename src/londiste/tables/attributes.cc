#include "londiste/tables/attributes.h"

#include <algorithm>

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

TableAttributes TableAttributes::Parse(std::string_view text) {
  TableAttributes attributes;
  attributes.fields_ = pgq::DecodeRow(text);
  return attributes;
}

std::string TableAttributes::Encoded() const { return pgq::EncodeRow(fields_); }

const pgq::Field* TableAttributes::Find(std::string_view key) const {
  const auto found = std::ranges::find(fields_, key, &pgq::Field::name);
  return found == fields_.end() ? nullptr : &*found;
}

std::string TableAttributes::Value(std::string_view key) const {
  const pgq::Field* field = Find(key);
  return field ? field->value.value_or("") : "";
}

void TableAttributes::Set(const std::string& key, const std::string& value) {
  Remove(key);
  fields_.push_back({key, value});
}

void TableAttributes::Remove(std::string_view key) {
  std::erase_if(fields_, [&](const pgq::Field& field) { return field.name == key; });
}

std::string TableAttributes::ToString() const {
  std::string out = "{";
  for (const pgq::Field& field : fields_) {
    if (out.size() > 1) out += ", ";
    out += InQuotes(field.name) + ": " + (field.value ? InQuotes(*field.value) : "None");
  }
  return out + "}";
}

}  // namespace londiste::tables
