#include "londiste/worker/wake_channel.h"

#include <gtest/gtest.h>

namespace londiste::worker {
namespace {

TEST(WakeChannelTest, NamesTheQueue) { EXPECT_EQ(WakeChannel("q"), "pgq_node_q"); }

TEST(WakeChannelTest, StaysDistinctWithinSixtyThreeBytes) {
  std::string longest(54, 'x');
  EXPECT_EQ(WakeChannel(longest), "pgq_node_" + longest);
  std::string a = WakeChannel(std::string(60, 'x') + "a"),
              b = WakeChannel(std::string(60, 'x') + "b");
  EXPECT_EQ(a.size(), 63u);
  EXPECT_NE(a, b);
  EXPECT_EQ(a, WakeChannel(std::string(60, 'x') + "a"));
}

TEST(WakeChannelTest, CutsBetweenCharacters) {
  std::string queue;
  for (int i = 0; i < 40; ++i) queue += "ã";
  for (std::size_t shift = 0; shift < 2; ++shift) {
    std::string channel = WakeChannel(std::string(shift, 'x') + queue);
    EXPECT_LE(channel.size(), 63u);
    std::size_t suffix = channel.rfind('_');
    EXPECT_EQ(static_cast<unsigned char>(channel[suffix - 1]) & 0xC0, 0x80)
        << "the last character is whole";
    EXPECT_EQ((suffix - 9 - shift) % 2, 0u);
  }
}

}  // namespace
}  // namespace londiste::worker
