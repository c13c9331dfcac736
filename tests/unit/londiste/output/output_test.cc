#include <gtest/gtest.h>

#include <algorithm>

#include "londiste/output/byte_count.h"
#include "londiste/output/copy_status.h"
#include "londiste/output/duration.h"
#include "londiste/output/json.h"
#include "londiste/output/node_json.h"
#include "londiste/output/progress_line.h"
#include "londiste/output/status_tree.h"
#include "londiste/output/text_table.h"

namespace londiste::output {
namespace {

using namespace std::chrono_literals;

TEST(ShortDurationTest, LeavesOutZeroes) {
  EXPECT_EQ(ShortDuration(0s), "0s");
  EXPECT_EQ(ShortDuration(59s), "59s");
  EXPECT_EQ(ShortDuration(60s), "1m");
  EXPECT_EQ(ShortDuration(24h + 2h + 3min + 4s), "1d2h3m4s");
  EXPECT_EQ(ShortDuration(50h), "2d2h");
  EXPECT_EQ(ShortDuration(-5s), "0s");
}

TEST(TextTableTest, SaysNothingWithoutRows) { EXPECT_EQ(TextTable("Title", {"a"}, {}), ""); }

TEST(TextTableTest, AlignsColumns) {
  EXPECT_EQ(TextTable("Tables on node", {"table_name", "merge_state"},
                      {{"public.a", "ok"}, {"public.a_long_table_name", "None"}}),
            "Tables on node\n"
            "table_name                merge_state\n"
            "------------------------  ---------------\n"
            "public.a                  ok\n"
            "public.a_long_table_name  None\n"
            "\n\n");
}

TEST(TextTableTest, CountsCharactersNotBytes) {
  EXPECT_EQ(TextTable("T", {"n", "v"}, {{"público.ação", "x"}}),
            "T\n"
            "n                v\n"
            "---------------  ---------------\n"
            "público.ação     x\n"
            "\n\n");
}

NodeStatus Node(std::string name, std::string type, std::optional<std::string> provider = {}) {
  NodeStatus node;
  node.name = std::move(name);
  node.type = std::move(type);
  node.provider = std::move(provider);
  node.tick = 7;
  node.lag = 3s;
  return node;
}

TEST(StatusTreeTest, DrawsNodesBelowTheirProviders) {
  std::vector<NodeStatus> nodes = {Node("node1", "root"), Node("node2", "leaf", "node1"),
                                   Node("node3", "branch", "node1"),
                                   Node("node4", "leaf", "node3")};
  nodes[1].tables_ok = 2;
  nodes[1].tables_not_ok = 1;
  nodes[1].tables_elsewhere = 4;
  EXPECT_EQ(StatusTree(nodes, {}),
            "node1 (root)\n"
            "  |                           Tables: 0/0/0\n"
            "  |                           Lag: 3s, Tick: 7\n"
            "  +--: node2 (leaf)\n"
            "  |                           Tables: 2/1/4\n"
            "  |                           Lag: 3s, Tick: 7\n"
            "  +--: node3 (branch)\n"
            "     |                        Tables: 0/0/0\n"
            "     |                        Lag: 3s, Tick: 7\n"
            "     +--: node4 (leaf)\n"
            "                              Tables: 0/0/0\n"
            "                              Lag: 3s, Tick: 7\n");
}

TEST(StatusTreeTest, ShowsStateAttributesAndErrors) {
  NodeStatus node = Node("n", "leaf", "gone");
  node.service = "svc";
  node.lag.reset();
  node.paused = true;
  node.uptodate = false;
  node.attrs["k"] = "v";
  node.errors = {{"worker", "first line\nsecond"}};
  EXPECT_EQ(StatusTree({node}, {}),
            "n (leaf, svc)\n"
            "                              Tables: 0/0/0\n"
            "                              Lag: (n/a), Tick: 7, PAUSED, NOT UPTODATE\n"
            "                              Attr: k=v\n"
            "                              ERR: worker: first line\n");
}

CopyStatus Orders() {
  CopyStatus copy{"public.orders", "copying", 1'200'000, 84'000'000, 3'000'000, 8e4, 0.4, 90s};
  return copy;
}

TEST(FormatBytesTest, ChangesUnits) {
  EXPECT_EQ(FormatBytes(0), "0 bytes");
  EXPECT_EQ(FormatBytes(9'999), "9999 bytes");
  EXPECT_EQ(FormatBytes(12'340), "12.3 kB");
  EXPECT_EQ(FormatBytes(84'000'000'000), "84.0 GB");
}

TEST(CopyLineTest, SaysWhatIsKnown) {
  CopyStatus copy = Orders();
  EXPECT_EQ(CopyLine(copy), "public.orders: 1200000 of about 3000000 rows (40 %), 1m30s left");
  copy.share = 0.9999;
  copy.left = 0s;
  EXPECT_EQ(CopyLine(copy), "public.orders: 1200000 of about 3000000 rows (99 %), 0s left");
  copy.share = 0;
  copy.rows = 0;
  copy.left.reset();
  EXPECT_EQ(CopyLine(copy), "public.orders: 0 of about 3000000 rows (0 %)");
}

TEST(CopyLineTest, GivesTheRateWithoutStatistics) {
  CopyStatus copy = Orders();
  copy.share.reset();
  copy.left.reset();
  EXPECT_EQ(CopyLine(copy), "public.orders: 1200000 rows, 80000 rows/s");
  copy.rows_per_second = 0.25;
  EXPECT_EQ(CopyLine(copy), "public.orders: 1200000 rows, 0.2 rows/s");
}

TEST(CopyLineTest, GivesThePhaseWhereNoRowsCome) {
  CopyStatus copy = Orders();
  copy.phase = "index orders_pkey";
  copy.share.reset();
  copy.left.reset();
  copy.rows_per_second.reset();
  EXPECT_EQ(CopyLine(copy), "public.orders: index orders_pkey");
}

TEST(CopyTableTest, HasARowForEachCopy) {
  EXPECT_EQ(CopyTable({}), "");
  CopyStatus waiting;
  waiting.table = "public.t";
  waiting.phase = "waiting for hand-over";
  waiting.rows = 7;
  EXPECT_EQ(
      CopyTable({Orders(), waiting}),
      "Copies under way\n"
      "table_name       phase                  rows             size             share            "
      "rate             left\n"
      "---------------  ---------------------  ---------------  ---------------  ---------------  "
      "---------------  ---------------\n"
      "public.orders    copying                1200000          84.0 MB          40 %             "
      "80000 rows/s     1m30s\n"
      "public.t         waiting for hand-over  7                0 bytes          -                "
      "-                -\n"
      "\n\n");
}

TEST(StatusTreeTest, ShowsCopies) {
  NodeStatus node = Node("n", "leaf", "gone");
  node.tables_not_ok = 1;
  node.attrs["k"] = "v";
  node.copies = {Orders()};
  EXPECT_EQ(StatusTree({node}, {}),
            "n (leaf)\n"
            "                              Tables: 0/1/0\n"
            "                              Lag: 3s, Tick: 7\n"
            "                              Copying: public.orders: 1200000 of about 3000000 rows "
            "(40 %), 1m30s left\n"
            "                              Attr: k=v\n");
  EXPECT_EQ(StatusTree({node}, {.compact = true}),
            "n (leaf)                                                    Tables: 0/1/0             "
            "    Lag: 3s, Tick: 7, COPYING     Attr: k=v\n");
}

TEST(StatusTreeTest, ShowsUnreachableNodesAsDeadBelowTheirProvider) {
  NodeStatus dead;
  dead.name = "node2";
  dead.provider = "node1";
  dead.dead = true;
  dead.failure = "could not connect";
  EXPECT_EQ(StatusTree({dead, Node("node1", "root")}, {}),
            "node1 (root)\n"
            "  |                           Tables: 0/0/0\n"
            "  |                           Lag: 3s, Tick: 7\n"
            "  +--: node2 (dead)\n");
}

TEST(StatusTreeTest, ShowsConditionsInsteadOfTheErrorsTheyTell) {
  using pgq::ConditionSeverity;
  NodeStatus node = Node("n", "leaf", "gone");
  node.errors = {
      {"worker", "no such column"}, {"worker.copy.public.t", "no such column"}, {"other", "gone"}};
  node.conditions = {
      {{"worker_stopped", "worker", ConditionSeverity::kError, "no such column", "Add it."},
       "noon"},
      {{"copy_failed", "public.t", ConditionSeverity::kError, "copy failed", ""}, "noon"},
      {{"missing_rows", "public.u", ConditionSeverity::kWarning, "3 rows were missing", ""},
       "one"}};
  EXPECT_EQ(StatusTree({node}, {}),
            "n (leaf)\n"
            "                              Tables: 0/0/0\n"
            "                              Lag: 3s, Tick: 7\n"
            "                              ERR: other: gone\n"
            "                              ERROR: no such column (since noon)\n"
            "                                HINT: Add it.\n"
            "                              ERROR: copy failed (since noon)\n"
            "                              WARNING: 3 rows were missing (since one)\n");
  EXPECT_NE(StatusTree({node}, {.compact = true}).find("Tick: 7, 2 ERRORS, 1 WARNING"),
            std::string::npos);
}

TEST(StatusTreeTest, ShowsOnceThatTheProviderLostTime) {
  using pgq::ConditionSeverity;
  NodeStatus node = Node("n", "leaf", "gone");
  node.errors = {{"worker", "ahead"}};
  node.conditions = {
      {{"provider_lost_time", "worker", ConditionSeverity::kError, "ahead", ""}, "noon"}};
  EXPECT_EQ(StatusTree({node}, {}),
            "n (leaf)\n"
            "                              Tables: 0/0/0\n"
            "                              Lag: 3s, Tick: 7\n"
            "                              ERROR: ahead (since noon)\n");
}

TEST(StatusTreeTest, CompactUsesOneLineEach) {
  std::vector<NodeStatus> nodes = {Node("node1", "root"), Node("node2", "leaf", "node1")};
  EXPECT_EQ(StatusTree(nodes, {.compact = true}),
            "node1 (root)                                                Tables: 0/0/0             "
            "    Lag: 3s, Tick: 7\n"
            "   node2 (leaf)                                             Tables: 0/0/0             "
            "    Lag: 3s, Tick: 7\n");
}

TEST(StatusTreeTest, ColoursLateNodesOnly) {
  NodeStatus node = Node("n", "root");
  EXPECT_EQ(StatusTree({node}, {.color = true}).find('\033'), std::string::npos);
  node.lag = 61s;
  EXPECT_NE(StatusTree({node}, {.color = true}).find("Lag: \033[31m1m1s\033[0m"),
            std::string::npos);
  EXPECT_EQ(StatusTree({node}, {.color = false}).find('\033'), std::string::npos);
}

TEST(StatusTreeTest, DrawsRingsOnce) {
  std::string out =
      StatusTree({Node("a", "branch", "b"), Node("b", "branch", "a")}, {.compact = true});
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 2) << out;
}

TEST(JsonTest, WritesTimesAsIso8601) {
  EXPECT_EQ(TimeOrNull("2026-11-29 10:00:00+00"), "2026-11-29T10:00:00+00:00");
  EXPECT_EQ(TimeOrNull("2026-11-29 10:00:00.25-08"), "2026-11-29T10:00:00.25-08:00");
  EXPECT_EQ(TimeOrNull("2026-11-29 10:00:00+05:30"), "2026-11-29T10:00:00+05:30");
  EXPECT_EQ(TimeOrNull(""), nullptr);
}

TEST(JsonTest, IsUtf8WhateverComes) {
  EXPECT_EQ(JsonText(Json("a\xff\n")), "\"a\xef\xbf\xbd\\n\"\n");
}

TEST(StatusJsonTest, SortsNodesAndLeavesOutWhatIsGuessedFromNothing) {
  NodeStatus a, b;
  a.name = "a";
  b.name = "b";
  a.type = b.type = "leaf";
  CopyStatus index, rows;
  index.table = "t";
  index.phase = "index i";
  rows.table = "u";
  rows.phase = "copying";
  rows.rows = 10;
  rows.bytes = 20;
  rows.expected_rows = 40;
  rows.rows_per_second = 2.5;
  rows.share = 0.25;
  rows.left = 12s;
  b.copies = {index, rows};
  const Json nodes = Json::parse(StatusJson("q", "b", {b, a}))["nodes"];
  ASSERT_EQ(nodes.size(), 2U);
  EXPECT_EQ(nodes[0]["node_name"], "a");
  EXPECT_EQ(nodes[1]["copies"], Json::parse(R"([
      {"table_name": "t", "phase": "index i", "rows": 0, "bytes": 0, "expected_rows": null,
       "rows_per_second": null, "share": null, "seconds_left": null},
      {"table_name": "u", "phase": "copying", "rows": 10, "bytes": 20, "expected_rows": 40,
       "rows_per_second": 2.5, "share": 0.25, "seconds_left": 12}])"));
}

TEST(ProgressTextTest, ShowsShareAndFirstCopy) {
  EXPECT_EQ(ProgressText(0, 2, {}, 200), "[------------------------] 0 %  0/2 tables");
  CopyStatus copy;
  copy.table = "public.\xC3\xA4";
  copy.phase = "copying";
  copy.share = 0.5;
  const std::string one = ProgressText(1, 2, {copy}, 200);
  EXPECT_TRUE(one.starts_with("[##################------] 75 %  1/2 tables  public.\xC3\xA4"))
      << one;
  EXPECT_TRUE(ProgressText(0, 2, {copy, copy}, 200).ends_with(", and 1 more"));
  // Cut between characters, not in them.
  EXPECT_TRUE(ProgressText(1, 2, {copy}, 53).ends_with("public.\xC3\xA4"))
      << ProgressText(1, 2, {copy}, 53);
  EXPECT_TRUE(ProgressText(1, 2, {copy}, 52).ends_with("public."));
}

}  // namespace
}  // namespace londiste::output
