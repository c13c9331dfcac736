#include "pgq_tool/consumers/tracking_file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "support/process.h"

namespace pgq_tool::consumers {
namespace {

using test_support::TempDir;

TEST(TrackingFileTest, KeepsATick) {
  const TempDir dir;
  const TrackingFile file(dir.path() + "/tick");
  EXPECT_EQ(file.Read(), std::nullopt);
  file.Write(pgq::TickId(12));
  EXPECT_EQ(file.Read(), pgq::TickId(12));
  file.Write(pgq::TickId(3));
  EXPECT_EQ(file.Read(), pgq::TickId(3));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}), 1);
  file.Remove();
  file.Remove();
  EXPECT_EQ(file.Read(), std::nullopt);
}

TEST(TrackingFileTest, ReadsWithBlanksAndRefusesTheRest) {
  const TempDir dir;
  EXPECT_EQ(TrackingFile(dir.Write("a", " 7 \n")).Read(), pgq::TickId(7));
  EXPECT_THROW(TrackingFile(dir.Write("b", "")).Read(), base::Error);
  EXPECT_THROW(TrackingFile(dir.Write("c", "7 8")).Read(), base::Error);
  EXPECT_THROW(TrackingFile("/nonexistent/x").Write(pgq::TickId(1)), base::Error);
}

}  // namespace
}  // namespace pgq_tool::consumers
