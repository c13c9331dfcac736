#include "pgq_tool/consumers/row_change.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace pgq_tool::consumers {
namespace {

const pg::QualifiedName kTable{"public", "t\"t"};

pgq::Event EventOf(std::string_view type, std::string_view data) {
  pgq::Event event{};
  event.type = type;
  event.data = data;
  return event;
}

TEST(RowChangeTest, MakesStatements) {
  const RowChange change = RowChange::Read(EventOf("U:id,part", "id=1&part&v=it%27s&w"));
  EXPECT_EQ(change.operation, RowChange::Operation::kUpdate);
  EXPECT_EQ(change.InsertInto(kTable), R"(insert into "public"."t""t" ("id", "part", "v", "w") )"
                                       R"(values ('1', NULL, 'it''s', NULL))");
  EXPECT_EQ(change.UpdateIn(kTable), R"(update "public"."t""t" set "v" = 'it''s', "w" = NULL )"
                                     R"(where "id" = '1' and "part" is null)");
  EXPECT_EQ(change.DeleteFrom(kTable),
            R"(delete from "public"."t""t" where "id" = '1' and "part" is null)");
  EXPECT_EQ(RowChange::Read(EventOf("U:id", "id=1")).UpdateIn(kTable), "");
}

TEST(RowChangeTest, TellsRowsFromOtherEvents) {
  for (const char* type : {"I:", "U:id", "D:a,b"}) EXPECT_TRUE(RowChange::Is(EventOf(type, "")));
  for (const char* type : {"", "I", "R", "pgq.location-info", "EXECUTE", "X:id"})
    EXPECT_FALSE(RowChange::Is(EventOf(type, ""))) << type;
  EXPECT_TRUE(RowChange::Read(EventOf("I:", "a=1")).keys.empty());
  EXPECT_THROW(RowChange::Read(EventOf("I:id", "a=1")), base::Error);
  EXPECT_THROW(RowChange::Read(EventOf("I:", "")), base::Error);
}

}  // namespace
}  // namespace pgq_tool::consumers
