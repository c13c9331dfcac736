#include "londiste/tables/name_selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace londiste::tables {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> kCandidates = {"public.a1", "public.a2", "public.b", "sales.a1",
                                              "sales.Weird Name"};

std::vector<std::string> Select(std::vector<std::string> typed, NameRequest request = {}) {
  request.typed = std::move(typed);
  return SelectNames(request, kCandidates, {"public.done"}).names;
}

TEST(MatchesPatternTest, KnowsStarAndQuestionMarkOnly) {
  EXPECT_TRUE(MatchesPattern("public.abc", "public.*"));
  EXPECT_TRUE(MatchesPattern("public.abc", "*.a?c"));
  EXPECT_TRUE(MatchesPattern("public.abc", "public.abc**"));
  EXPECT_TRUE(MatchesPattern("aXbXc", "a*b*c"));
  EXPECT_TRUE(MatchesPattern("", "*"));
  EXPECT_FALSE(MatchesPattern("public.abc", "public.a?"));
  EXPECT_FALSE(MatchesPattern("publicXabc", "public.*")) << "a dot is a dot";
  EXPECT_FALSE(MatchesPattern("public.a", "public.[a]"));
  EXPECT_FALSE(MatchesPattern("abab", "ab"));
  EXPECT_FALSE(MatchesPattern("", "?"));
}

TEST(SelectNamesTest, PutsNamesWithoutSchemaInPublic) {
  EXPECT_THAT(Select({"b", "sales.a1"}), ElementsAre("public.b", "sales.a1"));
  EXPECT_THAT(Select({"a*"}), ElementsAre("public.a1", "public.a2"));
  EXPECT_THAT(Select({"*.a1"}), ElementsAre("public.a1", "sales.a1"));
  EXPECT_THAT(Select({"sales.Weird Name"}), ElementsAre("sales.Weird Name"));
}

TEST(SelectNamesTest, TakesEachNameOnce) {
  EXPECT_THAT(Select({"a2", "a*", "public.a2"}), ElementsAre("public.a2", "public.a1"));
}

TEST(SelectNamesTest, AllTakesEveryCandidate) { EXPECT_EQ(Select({}, {.all = true}), kCandidates); }

TEST(SelectNamesTest, PassesOverWhatIsProcessed) {
  EXPECT_THAT(Select({"done", "b"}), ElementsAre("public.b"));
  EXPECT_THAT(Select({"done", "d*"}, {.again = true}), ElementsAre("public.done"));
}

TEST(SelectNamesTest, RefusesUnknownNamesUnlessForced) {
  const SelectedNames selected =
      SelectNames({.typed = {"b", "nonsense", "nonsense"}}, kCandidates, {});
  EXPECT_THAT(selected.names, ElementsAre("public.b"));
  EXPECT_THAT(selected.unknown, ElementsAre("public.nonsense"));
  EXPECT_THAT(Select({"b", "nonsense"}, {.force = true}),
              ElementsAre("public.b", "public.nonsense"));
}

TEST(NearNameTest, LooksAtTheNameWithoutItsSchema) {
  EXPECT_EQ(NearName("public.Weird Name", kCandidates), "did you mean sales.Weird Name?");
  EXPECT_EQ(NearName("public.weird nam", kCandidates), "did you mean sales.Weird Name?");
  EXPECT_EQ(NearName("public.A2", kCandidates), "did you mean public.a2?");
  EXPECT_EQ(NearName("public.orders", kCandidates), "") << "the same schema is no likeness";
}

TEST(SelectNamesTest, PatternsMayMatchNothing) { EXPECT_THAT(Select({"zzz*"}), IsEmpty()); }

}  // namespace
}  // namespace londiste::tables
