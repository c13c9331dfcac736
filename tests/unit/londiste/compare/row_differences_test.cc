#include "londiste/compare/row_differences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace londiste::compare;
using Kind = DifferentRow::Kind;
using Side = RowDifferences::Side;
using testing::ElementsAre;
using testing::IsEmpty;

DifferentRow Row(Kind kind, RowKey key) { return {kind, std::move(key)}; }

TEST(RowDifferences, EachKindByItsKey) {
  RowDifferences rows;
  rows.Add(Side::kAbove, {"1"}, 10, 20);
  rows.Add(Side::kBelow, {"1"}, 10, 20);
  rows.Add(Side::kAbove, {"2"}, 10, 20);
  rows.Add(Side::kBelow, {"2"}, 10, 21);
  rows.Add(Side::kAbove, {"3"}, 1, 1);
  rows.Add(Side::kBelow, {"4"}, 1, 1);
  std::vector<DifferentRow> found;
  EXPECT_FALSE(rows.Find(10, false, found));
  EXPECT_THAT(found, ElementsAre(Row(Kind::kChanged, {"2"}), Row(Kind::kMissing, {"3"}),
                                 Row(Kind::kExtra, {"4"})));
  found.clear();
  EXPECT_FALSE(rows.Find(10, true, found));
  EXPECT_THAT(found, ElementsAre(Row(Kind::kChanged, {"2"}), Row(Kind::kMissing, {"3"})));
}

TEST(RowDifferences, NoMoreThanAskedFor) {
  RowDifferences rows;
  for (const char* key : {"a", "b", "c"}) rows.Add(Side::kAbove, {key}, 1, 2);
  std::vector<DifferentRow> found;
  EXPECT_TRUE(rows.Find(2, false, found));
  EXPECT_EQ(found.size(), 2u);
}

TEST(RowDifferences, NullIsAnotherKeyThanTheEmptyText) {
  RowDifferences rows;
  rows.Add(Side::kAbove, {std::nullopt, "x"}, 1, 2);
  rows.Add(Side::kBelow, {"", "x"}, 1, 2);
  std::vector<DifferentRow> found;
  rows.Find(10, false, found);
  EXPECT_THAT(found,
              ElementsAre(Row(Kind::kMissing, {std::nullopt, "x"}), Row(Kind::kExtra, {"", "x"})));
}

TEST(RowDifferences, EqualRowsAreCounted) {
  RowDifferences rows;
  for (int i = 0; i < 3; ++i) rows.Add(Side::kAbove, {"same"}, 1, 2);
  rows.Add(Side::kBelow, {"same"}, 1, 2);
  std::vector<DifferentRow> found;
  rows.Find(10, false, found);
  EXPECT_THAT(found, ElementsAre(Row(Kind::kMissing, {"same"}), Row(Kind::kMissing, {"same"})));
  for (int i = 0; i < 2; ++i) rows.Add(Side::kBelow, {"same"}, 1, 2);
  found.clear();
  rows.Find(10, false, found);
  EXPECT_THAT(found, IsEmpty());
}

}  // namespace
