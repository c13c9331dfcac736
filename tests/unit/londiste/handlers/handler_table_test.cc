#include "londiste/handlers/handler_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "londiste/handlers/arguments.h"

namespace londiste::handlers {
namespace {

// For handlers that do nothing of their own.
class NoTarget final : public BatchTarget {
 public:
  void Apply(const pgq::Event&, const pg::QualifiedName&, Missing) override { FAIL(); }
  Session Statements() override { throw base::Error("no statements"); }
  void Execute(const pgq::Event&, const std::string& statement) override { FAIL() << statement; }
  const Batch& batch() const override { return batch_; }
  std::optional<NewKey> ReadNewKey(const pgq::Event&) const override { return {}; }

 private:
  Batch batch_;
};

EventUse Use(Handler& handler, TableEvent event) {
  NoTarget target;
  return handler.Use(event, target);
}

std::unique_ptr<Handler> Make(const std::string& text) {
  return MakeHandler(HandlerText::Parse(text));
}

bool IgnoresTruncate(const std::string& text) {
  return Use(*Make(text), {{}, true}) == EventUse::kIgnore;
}

std::string RefusalOf(const std::string& text) {
  try {
    Make(text);
  } catch (const UnknownHandler& error) {
    EXPECT_THAT(error.hint(), testing::HasSubstr("show-handlers"));
    return error.what();
  }
  return "";
}

TEST(HandlerTextTest, IsReadAndWrittenBack) {
  for (const char* text : {"londiste", "londiste(ignore_truncate=1)", "x(a=1&b=%3d&c=)"})
    EXPECT_EQ(HandlerText::Parse(text).ToString(), text);
  EXPECT_EQ(HandlerText::Parse("").ToString(), "londiste") << "the plain one";
  EXPECT_EQ(HandlerText::Parse("x(a=1,b=2)").ToString(), "x(a=1&b=2)");
  EXPECT_EQ(HandlerText::Parse("x(a=1").ToString(), "x(a=1)");
  EXPECT_EQ(HandlerText::Parse("x()").ToString(), "x");
}

TEST(PlainHandlerTest, AppliesEverythingUnlessTold) {
  EXPECT_FALSE(IgnoresTruncate(""));
  EXPECT_FALSE(IgnoresTruncate("londiste"));
  EXPECT_FALSE(IgnoresTruncate("londiste(ignore_truncate=0)"));
  EXPECT_TRUE(IgnoresTruncate("londiste(ignore_truncate=1)"));
  EXPECT_TRUE(IgnoresTruncate("londiste(encoding=utf8,ignore_truncate=1)"));
  EXPECT_EQ(Use(*Make("londiste(ignore_truncate=1)"), {}), EventUse::kApply);
  EXPECT_TRUE(Make("")->needs_table());
  EXPECT_EQ(Make("")->Selection().condition, "");
}

TEST(PlainHandlerTest, ATruncateThatIsIgnoredIsNotMergedEither) {
  const TableEvent truncate{{}, true}, row;
  const auto plain = Make(""), ignoring = Make("londiste(ignore_truncate=1)");
  for (Onward where : {Onward::kOwnQueue, Onward::kCombinedQueue}) {
    EXPECT_TRUE(plain->PassesOn(truncate, where));
    EXPECT_TRUE(ignoring->PassesOn(row, where));
  }
  EXPECT_TRUE(ignoring->PassesOn(truncate, Onward::kOwnQueue));
  EXPECT_FALSE(ignoring->PassesOn(truncate, Onward::kCombinedQueue));
}

TEST(ShardHandlerTest, AsksTheTriggerForHashes) {
  EXPECT_THAT(Make("shard(hash_key=id)")->TriggerArguments(),
              testing::ElementsAre("ev_extra3='hash='||partconf.get_hash_raw(\"id\")"));
  HandlerContext context;
  context.settings.shard_hash_func = "hashtext";
  EXPECT_THAT(MakeHandler({"part", {{"key", "Na me"}}}, context)->TriggerArguments(),
              testing::ElementsAre("ev_extra3='hash='||hashtext(\"Na me\")"));
}

TEST(MakeHandlerTest, TakesTheTablesAttribute) {
  tables::Table table;
  EXPECT_NO_THROW(MakeHandlerOf(table, {}));
  table.attributes.Set("handlers", "londiste(ignore_truncate=1)");  // the older key
  EXPECT_EQ(Use(*MakeHandlerOf(table, {}), {{}, true}), EventUse::kIgnore);
  table.attributes.Set("handler", "londiste");
  EXPECT_EQ(Use(*MakeHandlerOf(table, {}), {{}, true}), EventUse::kApply);
}

TEST(MakeHandlerTest, RefusesWhatWouldBeAppliedWrongly) {
  EXPECT_EQ(RefusalOf("obfuscated"), "handler \"obfuscated\" does not exist");
  EXPECT_EQ(RefusalOf("londiste(encoding=latin1)"),
            "handler \"londiste\" has no argument encoding=latin1");
  EXPECT_EQ(RefusalOf("londiste(x=1)"), "handler \"londiste\" has no argument x=1");
  EXPECT_EQ(RefusalOf("londiste(ignore_truncate=perhaps)"),
            "handler \"londiste\" has no argument ignore_truncate=perhaps");
}

TEST(HandlerKindTest, EachDeclarationIsComplete) {
  for (const HandlerKind* kind : HandlerKinds()) {
    EXPECT_FALSE(kind->help.empty()) << kind->name;
    EXPECT_EQ(&HandlerKindOf(kind->name), kind);
    for (const HandlerKind::Argument& argument : kind->arguments) {
      EXPECT_FALSE(argument.help.empty()) << argument.name;
      EXPECT_NE(argument.accepts, nullptr) << argument.name;
    }
    ASSERT_NE(kind->make, nullptr);
    try {
      EXPECT_NE(kind->make({}, {}), nullptr);
    } catch (const UnusableHandler& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("needs ")) << kind->name;
    }
  }
}

}  // namespace
}  // namespace londiste::handlers
