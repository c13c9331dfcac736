#include "base/strong_id.h"

#include <gtest/gtest.h>

#include <type_traits>
#include <unordered_set>

namespace base {
namespace {

using TickId = StrongId<struct TickTag>;
using BatchId = StrongId<struct BatchTag>;

TEST(StrongIdTest, ComparesWithItsOwnKindOnly) {
  EXPECT_LT(TickId(1), TickId(2));
  EXPECT_EQ(TickId(), TickId(0));
  EXPECT_EQ(ToString(TickId(-7)), "-7");
  static_assert(!std::is_convertible_v<TickId, BatchId> &&
                !std::is_convertible_v<std::int64_t, TickId>);
  EXPECT_EQ((std::unordered_set<TickId>{TickId(1), TickId(1), TickId(2)}).size(), 2u);
}

}  // namespace
}  // namespace base
