#include "londiste/compare/column_type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace {

using namespace londiste::compare;
using testing::HasSubstr;

ColumnType Builtin(const std::string& full, const std::string& name, int modifier = -1) {
  return {.full = full,
          .plain = full.substr(0, full.find('(')),
          .name = name,
          .element_name = name,
          .modifier = modifier,
          .builtin = true,
          .integer = name.starts_with("int") && name != "interval"};
}

ColumnType OfUser(const std::string& full, char kind) {
  const std::string name = full.substr(full.find('.') + 1);
  return {.full = full, .plain = full, .name = name, .element_name = name, .kind = kind};
}

std::string Below(const ColumnType& above, const ColumnType& below) {
  return AsBelow("t.c", above, below, [](const std::string& type) { return type == "x.hstore"; });
}

std::string Refusal(const ColumnType& above, const ColumnType& below) {
  try {
    return "no error: " + Below(above, below);
  } catch (const base::Error& error) {
    return error.what();
  }
}

const ColumnType kText = Builtin("text", "text");
const ColumnType kZoned = Builtin("timestamp with time zone", "timestamptz");

TEST(AsBelow, TheSameTypeIsTakenAsItIs) {
  EXPECT_EQ(Below(kText, kText), "t.c");
  EXPECT_EQ(Below(OfUser("a.mood", 'e'), OfUser("b.mood", 'e')), "t.c");
}

TEST(AsBelow, AnotherTypeIsReadFromTheTextOfTheFirst) {
  EXPECT_EQ(Below(Builtin("bigint", "int8"), Builtin("integer", "int4")), "(t.c)::integer");
  EXPECT_EQ(Below(kText, Builtin("numeric(9,2)", "numeric", 589830)),
            "(case when t.c is distinct from null then format('%s', t.c) end)::numeric(9,2)");
  EXPECT_EQ(Below(kText, OfUser("a.mood", 'e')), OutputText("t.c"));
  EXPECT_EQ(Below(kText, OfUser("x.hstore", 'b')), "(" + OutputText("t.c") + ")::x.hstore");
}

TEST(AsBelow, WhatIsTooLongIsNotCut) {
  EXPECT_THAT(Below(kText, Builtin("character varying(5)", "varchar", 9)), HasSubstr("left("));
  EXPECT_THAT(Below(kText, Builtin("character(5)", "bpchar", 9)), HasSubstr("rpad("));
  EXPECT_EQ(Below(kText, Builtin("bit(5)", "bit", 5)), "(" + OutputText("t.c") + ")::varbit");
}

TEST(AsBelow, WhatIsNotKnownAboveIsRefused) {
  EXPECT_THAT(Refusal(kZoned, Builtin("timestamp without time zone", "timestamp")),
              HasSubstr("timestamp with time zone there and timestamp without time zone here: the "
                        "value depends on the time zone"));
  EXPECT_THAT(Refusal(kZoned, kText), HasSubstr("time zone"));
  EXPECT_THAT(Refusal(kText, kZoned), HasSubstr("time zone"));
  ColumnType seconds = Builtin("timestamp(0) with time zone", "timestamptz", 0);
  seconds.plain = kZoned.plain;
  EXPECT_EQ(Below(kZoned, seconds), "(" + OutputText("t.c") + ")::timestamp(0) with time zone");
  EXPECT_THAT(Refusal(kText, Builtin("regclass", "regclass")), HasSubstr("its own database"));
  EXPECT_THAT(Refusal(kText, OfUser("a.pair", 'c')), HasSubstr("not known on the node above"));
  EXPECT_THAT(Refusal(kText, OfUser("y.hstore", 'b')), HasSubstr("not known on the node above"));
}

}  // namespace
