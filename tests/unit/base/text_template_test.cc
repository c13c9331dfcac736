#include "base/text_template.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace base {
namespace {

TEST(TextTemplate, IsFilledIn) {
  EXPECT_EQ(FillTemplate("%(a)s_%(b)s 100%%", {{"a", "x"}, {"b", "%(a)s"}}), "x_%(a)s 100%");
  EXPECT_EQ(FillTemplate("", {}), "");
  for (const char* bad : {"%(c)s", "%s", "%", "%(a)", "%(a"})
    EXPECT_THROW(FillTemplate(bad, {{"a", "x"}}), Error) << bad;
}

TEST(TextTemplate, TimesAreReadFromDatesAndTimes) {
  EXPECT_EQ(ReadTimestamp("2001-02-03"), "2001-02-03 00:00:00");
  EXPECT_EQ(ReadTimestamp("2001-02-03 04:05:06.789+02"), "2001-02-03 04:05:06");
  for (const char* bad : {"", "infinity", "2001-02", "03.02.2001 10:00", "2001-02-03T04:05:06"})
    EXPECT_EQ(ReadTimestamp(bad), std::nullopt) << bad;
  const std::map<std::string, std::string> places = {
      {"year", "2001"}, {"month", "02"}, {"day", "03"}, {"hour", "04"}};
  EXPECT_EQ(TimePlaces("2001-02-03 04:05:06"), places);
}

}  // namespace
}  // namespace base
