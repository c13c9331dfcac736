#include "londiste/tables/attributes.h"

#include <gtest/gtest.h>

namespace londiste::tables {
namespace {

TEST(TableAttributesTest, AreShownAsSkyToolsDoes) {
  TableAttributes attributes;
  EXPECT_EQ(attributes.ToString(), "{}");
  attributes.Set("copy_node", "?");
  attributes.Set("skip_truncate", "1");
  attributes.Set("copy_node", "it's");
  EXPECT_EQ(attributes.ToString(), R"({'skip_truncate': '1', 'copy_node': 'it\'s'})");
  attributes.Remove("skip_truncate");
  attributes.Remove("skip_truncate");
  EXPECT_EQ(attributes.Encoded(), "copy_node=it%27s");
}

TEST(TableAttributesTest, AreReadBack) {
  const TableAttributes attributes = TableAttributes::Parse("a=1&b&c=%3d");
  EXPECT_EQ(attributes.Value("a"), "1");
  EXPECT_EQ(attributes.Value("b"), "");
  EXPECT_TRUE(attributes.Has("b"));
  EXPECT_EQ(attributes.Value("c"), "=");
  EXPECT_FALSE(attributes.Has("d"));
  EXPECT_EQ(attributes.ToString(), "{'a': '1', 'b': None, 'c': '='}");
  EXPECT_EQ(TableAttributes::Parse(attributes.Encoded()), attributes);
}

}  // namespace
}  // namespace londiste::tables
