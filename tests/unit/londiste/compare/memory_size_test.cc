#include "londiste/node/memory_size.h"

#include <gtest/gtest.h>

namespace {

using londiste::node::ParseMemorySize;

TEST(MemorySize, AsSortTakesIt) {
  const auto parse = [](const char* text) { return ParseMemorySize(text, 1'000'000); };
  EXPECT_EQ(parse("30%"), 300'000);
  EXPECT_EQ(parse("100"), 102'400);
  EXPECT_EQ(parse("100b"), 100);
  EXPECT_EQ(parse("2K"), 2048);
  EXPECT_EQ(parse("2k"), 2048);
  EXPECT_EQ(parse("512M"), 512 << 20);
  EXPECT_EQ(parse("3G"), std::int64_t{3} << 30);
  EXPECT_EQ(parse("1T"), std::int64_t{1} << 40);
  for (const char* wrong :
       {"", "%", "M", "0", "-5M", "101%", "1X", "1.5G", " 5", "9999999T", "99999999999999999999"})
    EXPECT_EQ(parse(wrong), std::nullopt) << wrong;
  EXPECT_GT(londiste::node::PhysicalMemory(), 1 << 20);
}

}  // namespace
