#include "bench/whole/table_shape.h"

#include <fmt/format.h>

#include <algorithm>

namespace bench {
namespace {

// Column 1 is the key; 3 to 5 are small, all others text.
bool IsText(int column) { return column == 2 || column > 5; }

const char* Type(int column) {
  switch (column) {
    case 3:
      return "int not null";
    case 4:
      return "timestamp not null";
    case 5:
      return "numeric(12,2) not null";
    default:
      return "text not null";
  }
}

constexpr int kSmallBytes = 8;

}  // namespace

TableShape::TableShape(const Scenario& scenario)
    : columns_(scenario.columns), random_keys_(scenario.random_keys) {
  int texts = 0;
  for (int column = 2; column <= columns_; ++column) texts += IsText(column);
  const std::int64_t left = scenario.row_bytes - kSmallBytes * (columns_ - texts);
  text_bytes_ = texts ? std::max<std::int64_t>(1, left / texts) : 0;
}

std::string TableShape::Create(const std::string& table, Indexes indexes) const {
  std::string sql = "create table " + table + " (id bigint primary key";
  for (int column = 2; column <= columns_; ++column)
    sql += fmt::format(", c{} {}", column, Type(column));
  sql += ");";
  // Large values stay as large as they are meant to be.
  if (text_bytes_ > 1000)
    for (int column = 2; column <= columns_; ++column)
      if (IsText(column))
        sql += fmt::format("alter table {} alter c{} set storage external;", table, column);
  if (indexes == Indexes::kTwoMore)
    for (const std::string& index : CreateIndexes(table)) sql += index + ";";
  return sql;
}

std::vector<std::string> TableShape::CreateIndexes(const std::string& table) const {
  std::vector<std::string> sql;
  for (int column = 3; column <= std::min(columns_, 4); ++column)
    sql.push_back(fmt::format("create index on {} (c{})", table, column));
  return sql;
}

// Multiplying modulo a prime meets each key once, far from its neighbours.
std::string TableShape::Key(const std::string& number) const {
  if (!random_keys_) return number;
  return fmt::format("(({})::bigint * 2654435761 % 4294967291)", number);
}

std::string TableShape::Value(int column) const {
  switch (column) {
    case 3:
      return "i % 1000";
    case 4:
      return "timestamp '2020-01-01' + (i::bigint * 7919 % 3000000) * interval '1 second'";
    case 5:
      return "i % 100000000 / 7.0";
    default:
      break;
  }
  const std::string hash = fmt::format("md5((i + {})::text)", column);
  if (text_bytes_ == 32) return hash;
  if (text_bytes_ < 32) return fmt::format("left({}, {})", hash, text_bytes_);
  return fmt::format("left(repeat({}, {}), {})", hash, (text_bytes_ + 31) / 32, text_bytes_);
}

std::string TableShape::Insert(const std::string& table, const std::string& first,
                               const std::string& last) const {
  std::string values = Key("i");
  for (int column = 2; column <= columns_; ++column) values += ", " + Value(column);
  return fmt::format("insert into {} select {} from generate_series({}::bigint, {}) i", table,
                     values, first, last);
}

std::string TableShape::Update(const std::string& table, const std::string& first,
                               const std::string& last) const {
  if (columns_ < 2) return "";
  // Turned around: another value of the same size.
  const std::string small = columns_ >= 3 ? ", c3 = c3 + 1" : "";
  return fmt::format("update {} t set c2 = reverse(c2){}", table, small) + Where(first, last);
}

std::string TableShape::Delete(const std::string& table, const std::string& first,
                               const std::string& last) const {
  return fmt::format("delete from {} t", table) + Where(first, last);
}

std::string TableShape::Where(const std::string& first, const std::string& last) const {
  if (!random_keys_) return fmt::format(" where id between {} and {}", first, last);
  return fmt::format(" where id in (select {} from generate_series({}::bigint, {}) i)", Key("i"),
                     first, last);
}

std::vector<std::string> TableNames(int count) {
  std::vector<std::string> names;
  for (int number = 1; number <= count; ++number) names.push_back("t" + std::to_string(number));
  return names;
}

}  // namespace bench
