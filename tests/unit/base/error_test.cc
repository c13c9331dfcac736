// What is an error, and how it reads with its hint.
#include "base/error.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(ErrorTest, AHintHasALineOfItsOwn) {
  EXPECT_EQ(WithHint("disk full", "Make room."), "disk full\nHINT:  Make room.");
  EXPECT_EQ(WithHint("disk full", ""), "disk full");
  EXPECT_EQ(WithHint(Error("disk full", "Make room.")), "disk full\nHINT:  Make room.");
}

TEST(ErrorTest, AnInterruptionIsNone) {
  bool passed = false;
  try {
    try {
      throw Interrupted();
    } catch (const Error&) {
      FAIL() << "swallowed";
    }
  } catch (const std::exception& interrupted) {
    passed = true;
    EXPECT_STREQ(interrupted.what(), "interrupted");
  }
  EXPECT_TRUE(passed);
}

}  // namespace
}  // namespace base
