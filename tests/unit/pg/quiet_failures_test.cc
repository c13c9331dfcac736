#include "pg/quiet_failures.h"

#include <gtest/gtest.h>

namespace pg {
namespace {

using namespace std::chrono_literals;

Failure Sql(const std::string& sqlstate) {
  return {.kind = FailureKind::kSql, .message = "m", .sqlstate = sqlstate, .hint = {}, .query = {}};
}
Failure Lost() {
  return {.kind = FailureKind::kConnectionLost,
          .message = "m",
          .sqlstate = {},
          .hint = {},
          .query = {}};
}

bool Quiet(const std::string& kind, const Failure& failure) {
  return QuietFailures().Add(failure, {.kinds = {kind}});
}

TEST(QuietFailuresTest, KnowsKindsByTheirNames) {
  EXPECT_TRUE(Quiet("OperationalError", Lost()));
  EXPECT_TRUE(Quiet("psycopg2.OperationalError", Lost()));
  EXPECT_TRUE(Quiet("InterfaceError", Lost()));
  EXPECT_FALSE(Quiet("InterfaceError", Sql("57P01")));
  EXPECT_FALSE(Quiet("IntegrityError", Lost()));
  EXPECT_TRUE(Quiet("IntegrityError", Sql("23505")));
  EXPECT_TRUE(Quiet("QueryCanceledError", Sql("57014")));
  EXPECT_FALSE(Quiet("OperationalError", Sql("57014")));
  EXPECT_TRUE(Quiet("57P01", Sql("57P01")));
  EXPECT_TRUE(Quiet("57", Sql("57P01")));
  EXPECT_FALSE(Quiet("58", Sql("57P01")));
  EXPECT_TRUE(Quiet("ALL", {}));
  EXPECT_FALSE(Quiet("", {}));
  EXPECT_FALSE(QuietFailures().Add(Lost(), {}));
  EXPECT_TRUE(IsFailureKind("psycopg2.extensions.TransactionRollbackError"));
  EXPECT_FALSE(IsFailureKind("KeyError"));
}

TEST(QuietFailuresTest, IsQuietForItsGraceOnly) {
  const QuietFailureOptions options{.kinds = {"ALL"}, .grace = 10s, .reset = 60s};
  QuietFailures quiet;
  const auto start = base::Clock::now();
  EXPECT_TRUE(quiet.Add(Lost(), options, start));
  EXPECT_TRUE(quiet.Add(Lost(), options, start + 9s));
  EXPECT_FALSE(quiet.Add(Lost(), options, start + 10s));
  EXPECT_FALSE(quiet.Add(Lost(), options, start + 60s));
  EXPECT_FALSE(quiet.Add(Lost(), options, start + 120s)) << "a minute without one, and not more";
  EXPECT_TRUE(quiet.Add(Lost(), options, start + 181s));
}

}  // namespace
}  // namespace pg
