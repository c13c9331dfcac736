#include "londiste/handlers/handler_arguments.h"

#include <gtest/gtest.h>

namespace {

using londiste::handlers::HandlerArguments;
using londiste::handlers::ReadHandler;
using londiste::tables::Table;

HandlerArguments Read(const std::string& handler) {
  Table table;
  table.name = "public.t";
  table.attrs["handler"] = handler;
  return ReadHandler(table);
}

TEST(HandlerArgumentsTest, DefaultsWithoutAHandler) {
  EXPECT_FALSE(ReadHandler(Table()).ignore_truncate);
  EXPECT_EQ(ReadHandler(Table()).refusal, "");
}

TEST(HandlerArgumentsTest, ReadsBuiltInArguments) {
  EXPECT_TRUE(Read("londiste(ignore_truncate=1)").ignore_truncate);
  EXPECT_TRUE(Read("londiste(encoding=utf8,ignore_truncate=1)").ignore_truncate);
  EXPECT_TRUE(Read("londiste(encoding=utf8&ignore_truncate=1)").ignore_truncate);
  EXPECT_FALSE(Read("londiste(ignore_truncate=0)").ignore_truncate);
  EXPECT_EQ(Read("londiste(encoding=utf8&ignore_truncate=1)").refusal, "");
  EXPECT_EQ(Read("londiste").refusal, "");
}

TEST(HandlerArgumentsTest, ReadsTheOlderKey) {
  Table table;
  table.attrs["handlers"] = "londiste(ignore_truncate=1)";
  EXPECT_TRUE(ReadHandler(table).ignore_truncate);
}

TEST(HandlerArgumentsTest, RefusesWhatWouldBeAppliedWrongly) {
  EXPECT_EQ(Read("shard(hash_key=id)").refusal,
            "table public.t: handler \"shard\" is not supported");
  EXPECT_EQ(Read("londiste(encoding=latin1)").refusal,
            "table public.t: handler argument encoding=latin1 is not supported");
  EXPECT_NE(Read("londiste(x=1)").refusal, "");
}

}  // namespace
