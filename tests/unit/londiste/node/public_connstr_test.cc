#include "londiste/node/public_connstr.h"

#include <gtest/gtest.h>

namespace londiste::node {
namespace {

TEST(FailBitsTest, TellWhatDiffers) {
  EXPECT_EQ(FailBits({}), 0);
  EXPECT_EQ(FailBits({.same_name_and_oid = false}), 1);
  EXPECT_EQ(FailBits({.visible_before = true}), 2);
  EXPECT_EQ(FailBits({.visible_after = false}), 4);
  EXPECT_EQ(FailBits({.same_name_and_oid = false, .visible_after = false}), 5);
  EXPECT_EQ(FailBits({.visible_before = true, .visible_after = false}), 2)
      << "4 only says what 2 has not said already";
}

}  // namespace
}  // namespace londiste::node
