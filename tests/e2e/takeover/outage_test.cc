// How long nobody can write while the root changes, by writers who try again; and that they lose
// nothing. SKYTOOLS_SWITCHOVERS: how many (4). No time is asserted: the figures are printed.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "e2e/takeover/takeover_fixture.h"
#include "e2e/transaction_writer.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;

class Outage : public TakeoverStory {
 protected:
  void SwitchUnder(int writers) {
    StartCascade();
    const char* const wanted = std::getenv("SKYTOOLS_SWITCHOVERS");
    const int switches = wanted ? std::atoi(wanted) : 4;
    std::vector<std::unique_ptr<TransactionWriter>> writing;
    for (int i = 0; i < writers; ++i)
      writing.push_back(std::make_unique<TransactionWriter>(
          std::vector<std::string>{root_->connstr(), node("node2").connstr()},
          1'000'000 * (i + 1)));
    std::vector<int> gaps;
    std::string next = "node2";
    for (int i = 0; i < switches; ++i) {
      EXPECT_TRUE(test_support::Eventually(60s, "the writers are at work", [&] {
        return std::ranges::all_of(writing, [](auto& one) { return one->TakeLongestGap() > 0; });
      }));
      node("node2").MustLondiste({"switchover", next});
      EXPECT_TRUE(test_support::Eventually(60s, "they write again", [&] {
        static std::size_t before = 0;
        const std::size_t now = writing[0]->committed().size();
        return now > std::exchange(before, now);
      }));
      int gap = 0;
      for (auto& one : writing) gap = std::max(gap, one->TakeLongestGap());
      gaps.push_back(gap);
      next = next == "node1" ? "node2" : "node1";
    }
    std::size_t committed = 0;
    for (auto& one : writing) {
      one->Stop();
      committed += one->committed().size();
    }
    const std::string root = next == "node1" ? "node2" : "node1";
    ExpectAllFollow(node(root));
    ExpectAtRest();
    for (auto& one : writing)
      for (const int number : one->committed())
        EXPECT_NE(node(root).sql().Value("select count(*) from t where id / 10 = " +
                                         std::to_string(number)),
                  "0")
            << number;
    std::ranges::sort(gaps);
    std::printf(
        "%d writers, %zu transactions, %d switch-overs: longest time without a commit %d "
        "to %d ms, median %d ms\n",
        writers, committed, switches, gaps.front(), gaps.back(), gaps[gaps.size() / 2]);
  }
};

TEST_F(Outage, OneWriterTriesAgain) { SwitchUnder(1); }
TEST_F(Outage, FourWritersTryAgain) { SwitchUnder(4); }

}  // namespace
}  // namespace e2e
