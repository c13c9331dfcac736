#include "londiste/compare/key_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace londiste::compare;
using Kind = DifferentRow::Kind;
using Key = std::vector<std::optional<std::string>>;

std::vector<Key> Sorted(std::vector<Key> keys) {
  std::vector<DifferentRow> rows;
  for (Key& key : keys) rows.push_back({Kind::kChanged, std::move(key)});
  SortRows(rows);
  std::vector<Key> sorted;
  for (DifferentRow& row : rows) sorted.push_back(std::move(row.key));
  return sorted;
}

std::vector<Key> Keys(std::initializer_list<const char*> values) {
  std::vector<Key> keys;
  for (const char* value : values) keys.push_back({value});
  return keys;
}

TEST(KeyOrder, NumbersBySize) {
  EXPECT_EQ(Sorted(Keys({"10", "9", "-2", "-10", "0"})), Keys({"-10", "-2", "0", "9", "10"}));
  EXPECT_EQ(Sorted(Keys({"9223372036854775807", "9223372036854775806", "100000000000000000000"})),
            Keys({"9223372036854775806", "9223372036854775807", "100000000000000000000"}));
  EXPECT_EQ(Sorted(Keys({"1.5", "1.25", "1.50", "0.9", "-0.5", "-0.25", "12"})),
            Keys({"-0.5", "-0.25", "0.9", "1.25", "1.5", "1.50", "12"}));
  EXPECT_EQ(Sorted(Keys({"NaN", "1e+20", "5", "-Infinity", "Infinity", "1e-07"})),
            Keys({"-Infinity", "1e-07", "5", "1e+20", "Infinity", "NaN"}));
}

TEST(KeyOrder, OneTextMakesTheColumnText) {
  EXPECT_EQ(Sorted(Keys({"b", "10", "9"})), Keys({"10", "9", "b"}));
  EXPECT_EQ(Sorted(Keys({"-", "", "1."})), Keys({"", "-", "1."}));
  EXPECT_EQ(Sorted(Keys({"0x10", "9"})), Keys({"0x10", "9"}));
}

TEST(KeyOrder, EachColumnByItsValues) {
  const std::vector<Key> sorted = {
      {std::nullopt, "1"}, {"a", "2"}, {"a", "10"}, {"b", std::nullopt}, {"b", "1"}};
  auto keys = sorted;
  std::ranges::reverse(keys);
  EXPECT_EQ(Sorted(keys), sorted);
}

TEST(KeyOrder, KindsFirst) {
  std::vector<DifferentRow> rows = {{Kind::kChanged, {"1"}},
                                    {Kind::kExtra, {"2"}},
                                    {Kind::kMissing, {"30"}},
                                    {Kind::kMissing, {"4"}}};
  SortRows(rows);
  EXPECT_EQ(rows[0], (DifferentRow{Kind::kMissing, {"4"}}));
  EXPECT_EQ(rows[1], (DifferentRow{Kind::kMissing, {"30"}}));
  EXPECT_EQ(rows[3].kind, Kind::kChanged);
  rows.clear();
  SortRows(rows);
}

}  // namespace
