// The pages for operators, typed as they are.
#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "e2e/takeover/takeover_fixture.h"
#include "support/tree.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;

class TakeoverPages : public TakeoverStory {
 protected:
  // The commands of a section ("": of the whole page).
  static std::vector<std::string> Commands(const std::string& page, const std::string& section) {
    std::istringstream text(
        test_support::ReadWholeFile(test_support::SourceDir() + "/docs/howto/" + page));
    std::vector<std::string> commands;
    for (std::string line, at; std::getline(text, line);) {
      if (line.starts_with("#")) at = line.substr(line.find(' ') + 1);
      const std::size_t word = line.find_first_not_of(' ');
      if (word == std::string::npos || word < 4 || !line.substr(word).starts_with("londiste "))
        continue;
      if (section.empty() || section == at) commands.push_back(line.substr(word));
    }
    return commands;
  }
  void Type(const std::string& page, const std::string& section, std::size_t how_many,
            int expected_status = 0) {
    const std::vector<std::string> commands = Commands(page, section);
    ASSERT_EQ(commands.size(), how_many) << page << ", " << section;
    for (std::string command : commands) {
      const std::size_t ini = command.find(".ini");
      ASSERT_NE(ini, std::string::npos) << command;
      command.insert(command.find(' ') + 1, dir_.path() + "/");
      const auto result = test_support::Run(
          {"/bin/sh", "-c", command},
          {.environment = {{"PATH", test_support::BinDir() + ":" + std::getenv("PATH")}},
           .directory = dir_.path()});
      EXPECT_EQ(result.status, expected_status) << command << "\n" << result.out << result.err;
      said_ += result.out + result.err;
    }
  }
  std::string NodeType(const std::string& name) { return TakeoverStory::Type(name); }

  std::string said_;
};

TEST_F(TakeoverPages, SwitchOver) {
  StartCascade();
  Type("switch-over.md", "Before", 2);
  EXPECT_EQ(NodeType("node1"), "root");
  Type("switch-over.md", "The switch", 1);
  EXPECT_EQ(NodeType("node2"), "root");
  EXPECT_NE(said_.find("nobody could write for "), std::string::npos) << said_;
  ExpectAllFollow(node("node2"));
  Type("switch-over.md", "And back", 1);
  EXPECT_EQ(NodeType("node1"), "root");
  // Nothing is unfinished.
  Type("switch-over.md", "If something goes wrong on the way", 1, 1);
  ExpectAllFollow(*root_);
  ExpectAtRest();
}

TEST_F(TakeoverPages, FailOverAndBringTheOldRootBack) {
  StartCascade();
  root_->worker().Kill();
  pgqd_->Kill();
  provider_.Kill();
  Type("fail-over.md", "First", 2);
  Type("fail-over.md", "The takeover", 2);  // the second finds nothing to do
  EXPECT_EQ(NodeType("node2"), "root");
  provider_.CrashRestart();
  pgqd_ = test_support::StartPgqd(dir_, provider_);
  root_->DropSession();
  root_->StartWorker();
  Type("old-root.md", "Bring the old root back", 4);
  EXPECT_EQ(NodeType("node1"), "root");
  ExpectAllFollow(*root_);
  ExpectAtRest();
}

TEST_F(TakeoverPages, ABranchThatIsGone) {
  StartCascade();
  node("node3").worker().Kill();
  node("node3").DropSession();
  subscriber_.DropDatabase("db_node3");
  others_.at("node3").reset();
  auto gone = others_.extract("node3");
  Type("fail-over.md", "A branch that is gone", 1);
  EXPECT_EQ(Provider("node4"), "node2");
  ExpectAllFollow(*root_);
}

TEST_F(TakeoverPages, ReHang) {
  StartCascade();
  Type("re-hang.md", "Another provider", 2);
  EXPECT_EQ(Provider("node3"), "node2");
  EXPECT_EQ(Provider("node4"), "node2");
  Type("re-hang.md", "Another name", 1);
  Type("re-hang.md", "A node that is gone for a while, or for good", 2);
  ExpectAllFollow(*root_);
  ExpectAtRest();
}

}  // namespace
}  // namespace e2e
