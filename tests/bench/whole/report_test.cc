#include "bench/whole/report.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

Result Lag(const std::string& system, double rate, double p50) {
  Result result;
  result.scenario.workload = "lag";
  result.scenario.rate = rate;
  result.system = system;
  result.metrics = {{"p50_ms", p50}, {"cpu_s", 1, Metric::Kind::kDetail}};
  return result;
}

TEST(ReportTest, ShowsMediansAndRatiosToTheFirstSystem) {
  const std::vector<Result> results{Lag("builtin", 20, 2), Lag("ours", 20, 1),
                                    Lag("builtin", 20, 4), Lag("ours", 20, 8),
                                    Lag("builtin", 20, 6), Lag("ours", 20, 6)};
  EXPECT_EQ(ToMarkdown(results, {"builtin", "ours"}),
            "lag: rate 20/s, nodes 2, tables 1, columns 5, row 100 B, keys ordered, round trip "
            "socket\n\n"
            "|  | builtin | ours | ratio |\n|---|---:|---:|---:|\n"
            "| p50_ms | 4.00 (2.00–6.00) | 6.00 (1.00–8.00) | 1.50 |\n");
}

TEST(ReportTest, GivesWhatVariesAColumn) {
  const std::vector<Result> results{Lag("ours", 20, 5), Lag("ours", 1000, 123.4)};
  const std::string text = ToMarkdown(results, {"ours"});
  EXPECT_NE(text.find("| 20/s | p50_ms | 5.00 |\n| 1000/s | p50_ms | 123 |\n"), std::string::npos)
      << text;
  EXPECT_EQ(text.find("rate 20/s"), std::string::npos) << text;
}

TEST(ReportTest, ShowsFailures) {
  Result failed = Lag("ours", 20, 0);
  failed.metrics.clear();
  failed.failure = "t1 \"differs\"\n";
  EXPECT_NE(ToMarkdown({Lag("builtin", 20, 2), failed}, {"builtin", "ours"})
                .find("| p50_ms | 2.00 | failed | |\n"),
            std::string::npos);
  EXPECT_NE(ToJson(failed).find(R"("failure": "t1 \"differs\"\u000a"})"), std::string::npos)
      << ToJson(failed);
}

}  // namespace
}  // namespace bench
