#include "londiste/tables/table_attributes.h"

#include <gtest/gtest.h>

namespace londiste::tables {
namespace {

TEST(TableAttributesTest, AreShownAsSkyToolsDoes) {
  TableAttributes attributes;
  EXPECT_EQ(ShowAttributes(attributes), "{}");
  SetAttribute(attributes, "copy_node", "?");
  SetAttribute(attributes, "skip_truncate", "1");
  SetAttribute(attributes, "copy_node", "it's");
  EXPECT_EQ(ShowAttributes(attributes), R"({'skip_truncate': '1', 'copy_node': 'it\'s'})");
  RemoveAttribute(attributes, "skip_truncate");
  RemoveAttribute(attributes, "skip_truncate");
  EXPECT_EQ(pgq::EncodeRow(attributes), "copy_node=it%27s");
}

}  // namespace
}  // namespace londiste::tables
