// docs/howto/change-the-schema.md, typed as it stands there.
#include <gmock/gmock.h>

#include <sstream>

#include "e2e/worker_fixture.h"
#include "support/tree.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;
using testing::HasSubstr;

class SchemaPage : public WorkerStory {
 protected:
  // Its files are written, its commands kept.
  void Read() {
    std::istringstream page(test_support::ReadWholeFile(test_support::SourceDir() +
                                                        "/docs/howto/change-the-schema.md"));
    std::string line, file, text;
    while (std::getline(page, line)) {
      if (line.starts_with("`") && line.ends_with(".sql`:")) file = line.substr(1, line.size() - 3);
      if (line.starts_with("    londiste3 ") || line.starts_with("    psql ")) {
        commands_.push_back(line.substr(4));
      } else if (line.starts_with("    ")) {
        text += line.substr(4) + "\n";
      } else if (!text.empty()) {
        dir_.Write(file, text);
        text.clear();
        ++files_;
      }
    }
  }
  test_support::RunResult Type(std::string command, const Node& leaf) {
    for (const auto& [name, path] :
         {std::pair{"node1.ini", root_->ini()}, {"node2.ini", leaf.ini()}})
      if (const auto at = command.find(name); at != std::string::npos)
        command.replace(at, std::string(name).size(), path);
    return test_support::Run({"/bin/sh", "-c", test_support::BinDir() + "/" + command},
                             {.environment = {}, .directory = dir_.path()});
  }

  std::vector<std::string> commands_;
  int files_ = 0;
};

TEST_F(SchemaPage, EachCommandDoesWhatThePageSays) {
  StartRoot();
  const auto leaf = AddLeaf();
  for (Node* node : {root_.get(), leaf.get()}) {
    node->sql().Exec("create table orders (id int primary key, v text)");
    node->MustLondiste({"add-table", "orders"});
  }
  leaf->MustLondiste({"wait-sync"});
  root_->sql().Exec("create table report (id int); insert into orders values (1, 'x')");
  Read();
  EXPECT_EQ(files_, 3);
  ASSERT_EQ(commands_.size(), 13U);
  for (const std::string& command : commands_) {
    if (command.starts_with("psql -d db1 -c \"")) {
      const auto start = command.find('"') + 1;
      root_->sql().Exec(command.substr(start, command.rfind('"') - start));
      continue;
    }
    test_support::RunResult result;
    const bool decides = command.find("node2.ini execute") != std::string::npos;
    if (command.find("--skip") != std::string::npos)
      root_->sql().Exec("insert into orders values (2, 'y')");
    EXPECT_TRUE(Eventually(decides ? 30s : 0s, command, [&] {
      result = Type(command, *leaf);
      return result.status == 0;
    })) << result.err;
    const bool asks = command.find("--dry-run") != std::string::npos;
    if (asks) {
      EXPECT_THAT(result.out, HasSubstr("001_note.sql\n  node1  run\n  node2  run\n"));
    }
  }
  EXPECT_TRUE(test_support::EventuallyEqual(
      30s, [&] { return test_support::TableDigest(root_->sql(), "orders"); },
      [&] { return test_support::TableDigest(leaf->sql(), "orders"); }))
      << leaf->Log();
  EXPECT_EQ(leaf->sql().Text("select id, note, weight from orders order by id"),
            "1|none|0\n2|\\N|0\n");
  EXPECT_EQ(leaf->sql().Text("select * from sales.order_item"), "1|1\n");
  EXPECT_TRUE(Eventually(30s, "the foreign key is there", [&] {
    return leaf->sql().Value(
               "select count(*) from pg_constraint where contype = 'f' and conrelid = "
               "'sales.order_item'::regclass and conname = 'item_order_id_fkey'") == "1";
  }));
  for (Node* node : {root_.get(), leaf.get()})
    EXPECT_EQ(node->sql().Value(
                  "select indisvalid from pg_index where indexrelid = 'orders_note'::regclass"),
              "t");
  EXPECT_THAT(leaf->Log(), HasSubstr("could not execute \"003_report.sql\", statement 1 at line 1 "
                                     "(alter table public.report add column note text): relation "
                                     "\"public.report\" does not exist"));
}

}  // namespace
}  // namespace e2e
