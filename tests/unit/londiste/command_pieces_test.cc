// The small pieces that commands are made of.
#include <gtest/gtest.h>

#include "base/error.h"
#include "londiste/commands/handlers.h"
#include "londiste/commands/public_connstr.h"
#include "londiste/commands/table_attributes.h"
#include "londiste/commands/text_array.h"
#include "londiste/wake_channel.h"

namespace londiste {
namespace {

using namespace commands;

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

TEST(TextArrayTest, QuotesEveryElement) {
  EXPECT_EQ(TextArray({}), "{}");
  EXPECT_EQ(TextArray({"a", "", "b \"c\" \\d", "NULL", "x,y"}),
            R"({"a","","b \"c\" \\d","NULL","x,y"})");
}

TEST(FailBitsTest, TellWhatDiffers) {
  EXPECT_EQ(FailBits({}), 0);
  EXPECT_EQ(FailBits({.same_name_and_oid = false}), 1);
  EXPECT_EQ(FailBits({.visible_before = true}), 2);
  EXPECT_EQ(FailBits({.visible_after = false}), 4);
  EXPECT_EQ(FailBits({.same_name_and_oid = false, .visible_after = false}), 5);
  EXPECT_EQ(FailBits({.visible_before = true, .visible_after = false}), 2)
      << "4 only says what 2 has not said already";
}

TEST(HandlerAttributeTest, EncodesKnownArgumentsOnly) {
  EXPECT_EQ(HandlerAttribute("londiste", {}), "londiste");
  EXPECT_EQ(HandlerAttribute("londiste", {"ignore_truncate=1", "encoding=utf8"}),
            "londiste(ignore_truncate=1&encoding=utf8)");
  EXPECT_THROW(HandlerAttribute("londiste", {"ignore_truncate=maybe"}), base::Error);
  EXPECT_THROW(HandlerAttribute("londiste", {"nonsense=1"}), base::Error);
  EXPECT_THROW(HandlerAttribute("dispatch", {}), base::Error);
}

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
}  // namespace londiste
