#include "pg/text_array.h"

#include <pqxx/pqxx>

namespace pg {

std::string TextArray(const std::vector<std::string>& elements) {
  std::string out = "{";
  for (const std::string& element : elements) {
    if (out.size() > 1) out += ',';
    out += '"';
    for (char c : element) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out + "}";
}

std::vector<std::string> ParseTextArray(const std::string& text) {
  std::vector<std::string> elements;
  pqxx::array_parser parser(text.c_str());
  for (auto item = parser.get_next(); item.first != pqxx::array_parser::done;
       item = parser.get_next())
    if (item.first == pqxx::array_parser::string_value) elements.push_back(item.second);
  return elements;
}

}  // namespace pg
