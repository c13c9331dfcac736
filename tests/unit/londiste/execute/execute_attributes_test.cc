#include "londiste/execute/execute_attributes.h"

#include <gtest/gtest.h>

#include <set>

#include "base/error.h"

namespace londiste::execute {
namespace {

class FakeScope : public ExecuteScope {
 public:
  explicit FakeScope(std::set<std::string> names) : names_(std::move(names)) {}
  std::optional<std::string> Find(ExecuteKey, const std::string& name) override {
    return names_.contains(name) ? std::optional("\"" + name + "\"") : std::nullopt;
  }

 private:
  std::set<std::string> names_;
};

constexpr const char* kScript =
    "--*-- Local-Table: public.a,\n"
    "--*--   b\n"
    "\n"
    "-- an ordinary comment\n"
    "--*-- need-function: f(2)\n"
    "alter table @public.a@ add x int; -- @b@ @c@ a@b.c\n"
    "--*-- Nonsense: too late to count\n";

TEST(ExecuteAttributesTest, ReadsTheHeadOfAScript) {
  const auto attributes = ExecuteAttributes::FromScript(kScript);
  ASSERT_EQ(attributes.entries().size(), 2U);
  EXPECT_EQ(attributes.entries()[0],
            (ExecuteAttribute{ExecuteKey::kLocalTable, {"public.a", "b"}}));
  EXPECT_EQ(attributes.entries()[1], (ExecuteAttribute{ExecuteKey::kNeedFunction, {"f(2)"}}));
}

TEST(ExecuteAttributesTest, EmptyLinesFrameTheOthers) {
  const auto attributes = ExecuteAttributes::FromScript(
      "--*--\n--*-- Local-Table: a,\n--*--\n--*-- b\n--*--\n\ndrop table c;\n");
  ASSERT_EQ(attributes.entries().size(), 1U);
  EXPECT_EQ(attributes.entries()[0], (ExecuteAttribute{ExecuteKey::kLocalTable, {"a", "b"}}));
}

TEST(ExecuteAttributesTest, EncodedFormIsUpstreamsAndComesBack) {
  const auto attributes = ExecuteAttributes::FromScript(kScript);
  EXPECT_EQ(attributes.Encoded(), "local-table=public.a%2cb&need-function=f%282%29");
  EXPECT_EQ(ExecuteAttributes::FromEncoded(attributes.Encoded()), attributes);
  EXPECT_TRUE(ExecuteAttributes::FromEncoded("").empty());
  EXPECT_EQ(ExecuteAttributes().Encoded(), "");
}

TEST(ExecuteAttributesTest, RefusesUnknownKeys) {
  try {
    ExecuteAttributes::FromScript("--*-- Locl-Table: a\n");
    FAIL();
  } catch (const base::Error& e) {
    EXPECT_STREQ(e.what(), "Invalid key: Locl-Table");
    EXPECT_NE(e.hint(), "");
  }
  EXPECT_THROW(ExecuteAttributes::FromScript("--*-- nothing\n"), base::Error);
}

TEST(NodeFitTest, WithoutAttributesTheScriptRunsEverywhere) {
  FakeScope scope({});
  const NodeFit fit = FitToNode({}, scope);
  EXPECT_TRUE(fit.runs());
  EXPECT_EQ(WithNames("select '@x@'", fit), "select '@x@'");
}

TEST(NodeFitTest, AllMatchRunsWithNamesReplaced) {
  FakeScope scope({"public.a", "b", "f(2)"});
  const NodeFit fit = FitToNode(ExecuteAttributes::FromScript(kScript), scope);
  EXPECT_TRUE(fit.runs());
  const std::string script = WithNames(kScript, fit);
  EXPECT_NE(script.find("alter table \"public.a\" add x int; -- \"b\" @c@ a@b.c\n"),
            std::string::npos)
      << script;
}

TEST(NodeFitTest, NamesThatAreOnlyNeededAreNotReplaced) {
  FakeScope scope({"v"});
  const std::string script = "--*-- Need-View: v\nselect '@v@'";
  EXPECT_EQ(WithNames(script, FitToNode(ExecuteAttributes::FromScript(script), scope)), script);
}

TEST(NodeFitTest, NoMatchSkips) {
  FakeScope scope({});
  const NodeFit fit = FitToNode(ExecuteAttributes::FromScript(kScript), scope);
  EXPECT_FALSE(fit.runs());
  EXPECT_FALSE(fit.partly());
}

// Whoever runs it all the same runs it under the names that it has.
TEST(NodeFitTest, AMixIsTold) {
  FakeScope scope({"b"});
  const NodeFit fit = FitToNode(ExecuteAttributes::FromScript(kScript), scope);
  EXPECT_FALSE(fit.runs());
  EXPECT_TRUE(fit.partly());
  EXPECT_EQ(fit.DescribePart(),
            "SQL only partially matches local setup: matches=[b] misses=[public.a, f(2)]");
  EXPECT_NE(WithNames(kScript, fit).find("alter table \"public\".\"a\" add x int; -- \"b\""),
            std::string::npos);
}

}  // namespace
}  // namespace londiste::execute
