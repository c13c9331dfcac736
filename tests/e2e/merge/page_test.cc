// docs/howto/merge-databases.md, typed as it stands there: its files, its table, its commands.
#include <gmock/gmock.h>

#include <cstdlib>
#include <map>
#include <sstream>

#include "support/eventually.h"
#include "support/node_fixture.h"
#include "support/tree.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::PostgresServer;
using test_support::ReadWholeFile;
using test_support::Sql;
using testing::HasSubstr;

class MergePage : public testing::Test {
 protected:
  void SetUp() override {
    shops_.CreateDatabase("north");
    shops_.CreateDatabase("south");
    warehouses_.CreateDatabase("first");
    warehouses_.CreateDatabase("second");
    names_ = {
        {"dbname=shop host=north.example user=postgres", shops_.Connstr("north")},
        {"dbname=shop host=south.example user=postgres", shops_.Connstr("south")},
        {"dbname=warehouse host=warehouse.example user=postgres", warehouses_.Connstr("first")},
        {"dbname=warehouse host=second.example user=postgres", warehouses_.Connstr("second")}};
    Read();
  }
  void TearDown() override {
    for (const auto& [name, path] : files_) test_support::Run({"londiste3", "-k", path});
    if (!HasFailure()) return;
    for (const auto& [name, path] : files_)
      std::cerr << name << ":\n" << ReadWholeFile(dir_.path() + "/" + name + ".log") << "\n";
  }

  // The page's files are written, its commands and the statement that makes the table kept.
  void Read() {
    std::istringstream page(
        ReadWholeFile(test_support::SourceDir() + "/docs/howto/merge-databases.md"));
    std::string line, file, text;
    while (std::getline(page, line)) {
      if (line.starts_with("`") && line.ends_with(".ini`:")) file = line.substr(1, line.size() - 7);
      if (!line.starts_with("    ")) {
        if (!text.empty()) Write(file, text);
        text.clear();
        continue;
      }
      for (std::string more; line.ends_with('\\') && std::getline(page, more);)
        line.replace(line.size() - 1, 1, more);
      line = line.substr(4);
      if (line == "[londiste3]" || !text.empty()) text += line + "\n";
      if (line.starts_with("create table ")) table_ = line;
      if (line.starts_with("londiste3 ")) commands_.push_back(line);
    }
  }
  void Write(const std::string& file, const std::string& text) {
    const std::string name = file.substr(0, file.find('.'));
    files_[name] = dir_.Write(file, Here(text) + "logfile = " + dir_.path() + "/" + name +
                                        ".log\npidfile = " + dir_.path() + "/" + name + ".pid\n");
  }
  std::string Here(std::string text) const {
    for (const auto& [name, here] : names_)
      for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += here.size())
        text.replace(at, name.size(), here);
    return text;
  }

  void Play(const std::string& line) {
    std::string command = Here(line);
    for (const auto& [name, path] : files_) {
      const std::string word = " " + name + ".ini";
      const std::size_t at = command.find(word);
      if (at != std::string::npos) command.replace(at, word.size(), " " + path);
    }
    ASSERT_EQ(command.find(".example"), std::string::npos) << command;
    const auto result =
        test_support::Run({"/bin/sh", "-c", command},
                          {{{"PATH", test_support::BinDir() + ":" + std::getenv("PATH")}}, ""});
    ASSERT_EQ(result.status, 0) << command << "\n" << result.out << result.err;
  }

  test_support::TempDir dir_;
  PostgresServer shops_, warehouses_;
  std::map<std::string, std::string> names_, files_;  // files: by name, their path
  std::string table_;
  std::vector<std::string> commands_;
};

TEST_F(MergePage, CanBeTyped) {
  Sql north(shops_.Connstr("north")), south(shops_.Connstr("south")),
      first(warehouses_.Connstr("first")), second(warehouses_.Connstr("second"));
  for (Sql* sql : {&north, &south, &first, &second}) sql->Exec(table_);
  north.Exec("insert into pedido select 'north', i, i from generate_series(1, 100) i");
  south.Exec("insert into pedido select 'south', i, i from generate_series(1, 100) i");
  const auto pgqd_shops = test_support::StartPgqd(dir_, shops_, "pgqd_shops");
  const auto pgqd_warehouses = test_support::StartPgqd(dir_, warehouses_, "pgqd_warehouses");
  ASSERT_EQ(files_.size(), 8u);
  const auto down = std::ranges::find(commands_, "londiste3 -s all2_north.ini");
  ASSERT_NE(down, commands_.end());
  for (auto command = commands_.begin(); command != down; ++command)
    ASSERT_NO_FATAL_FAILURE(Play(*command));

  north.Exec("update pedido set total = 0 where id = 7");
  south.Exec("delete from pedido where id = 8");
  for (Sql* sql : {&first, &second})
    EXPECT_TRUE(Eventually(60s, "all rows are there", [&] {
      return sql->Value("select count(*) || ' ' || sum(total) from pedido") == "199 10085";
    }));
  EXPECT_THAT(first.Error("delete from pedido"), HasSubstr("change not allowed (D)"));

  for (auto command = down; command != commands_.end(); ++command)
    ASSERT_NO_FATAL_FAILURE(Play(*command));
  for (Sql* sql : {&north, &south, &first, &second})
    EXPECT_EQ(sql->Value("select count(*) from pgq_node.node_info"), "0");
}

}  // namespace
