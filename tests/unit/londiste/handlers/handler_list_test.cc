#include "londiste/handlers/handler_list.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace londiste::handlers {
namespace {

TEST(HandlerAttributeTest, EncodesKnownArgumentsOnly) {
  EXPECT_EQ(HandlerAttribute("londiste", {}), "londiste");
  EXPECT_EQ(HandlerAttribute("londiste", {"ignore_truncate=1", "encoding=utf8"}),
            "londiste(ignore_truncate=1&encoding=utf8)");
  EXPECT_THROW(HandlerAttribute("londiste", {"ignore_truncate=maybe"}), base::Error);
  EXPECT_THROW(HandlerAttribute("londiste", {"nonsense=1"}), base::Error);
  EXPECT_THROW(HandlerAttribute("dispatch", {}), base::Error);
}

}  // namespace
}  // namespace londiste::handlers
