// Names without a schema.
#include "pg/qualified_name.h"

#include <gtest/gtest.h>

#include "pg/quote.h"

namespace pg {
namespace {

TEST(QualifiedNameTest, ANameWithoutADotIsInPublic) {
  EXPECT_EQ(WithDefaultSchema("t"), "public.t");
  EXPECT_EQ(WithDefaultSchema("s.t"), "s.t");
  EXPECT_EQ(WithDefaultSchema("s.t.u"), "s.t.u");
}

TEST(QualifiedNameTest, ItsPartsFollowTheSameRule) {
  for (const char* name : {"t", "s.t", "s.t.u", "public.t"})
    EXPECT_EQ(QualifiedName::Parse(name).ToString(), WithDefaultSchema(name));
  EXPECT_EQ(QualifiedName::Parse("t").schema, kDefaultSchema);
}

}  // namespace
}  // namespace pg
