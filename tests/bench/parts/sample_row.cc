#include "bench/parts/sample_row.h"

#include <cstdint>

#include "pg/quote.h"

namespace bench {

std::vector<pgq::Field> SampleRow(int columns, std::size_t value_bytes, std::int64_t id) {
  constexpr std::string_view kText = "Plain words, 20% more & 'quoted' text. ";
  std::string value;
  while (value.size() < value_bytes) value += kText;
  value.resize(value_bytes);
  std::vector<pgq::Field> row{{"id", std::to_string(id)}};
  for (int column = 2; column <= columns; ++column)
    row.push_back({"column_" + std::to_string(column), value});
  return row;
}

EncodedRow Urlencoded(const std::vector<pgq::Field>& row) { return {"U:id", pgq::EncodeRow(row)}; }

EncodedRow SqlFragment(const std::vector<pgq::Field>& row) {
  std::string set;
  for (const pgq::Field& field : row)
    set += (set.empty() ? "" : ",") + field.name + "=" + pg::QuoteLiteral(field.value.value());
  return {"U", set + " where id=" + pg::QuoteLiteral(row.front().value.value())};
}

EncodedRow Json(const std::vector<pgq::Field>& row) {
  std::string data;
  for (const pgq::Field& field : row)
    data += (data.empty() ? "{\"" : ",\"") + field.name + "\":\"" + field.value.value() + "\"";
  return {R"({"op":"UPDATE","table":["public","t"],"pkey":["id"]})", data + "}"};
}

}  // namespace bench
