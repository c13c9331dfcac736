#include "londiste/tables/registration_filter.h"

#include <gtest/gtest.h>

namespace londiste::tables {
namespace {

TEST(RegistrationFilterTest, WantsAllByDefault) {
  EXPECT_TRUE(RegistrationFilter().Wants("public.t"));
}

TEST(RegistrationFilterTest, OnlyAndSkipTakeExactNames) {
  const RegistrationFilter only{{"public.t", "public.u"}, {}};
  EXPECT_TRUE(only.Wants("public.t"));
  EXPECT_FALSE(only.Wants("public.t2"));
  const RegistrationFilter skip{{}, {"public.t"}};
  EXPECT_FALSE(skip.Wants("public.t"));
  EXPECT_TRUE(skip.Wants("public.t2"));
  const RegistrationFilter both{{"public.t"}, {"public.t"}};
  EXPECT_FALSE(both.Wants("public.t"));
}

}  // namespace
}  // namespace londiste::tables
