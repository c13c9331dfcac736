#include "e2e/typed_page.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "support/tree.h"

namespace e2e {

TypedPage::TypedPage(const test_support::TempDir& dir, const std::string& page,
                     std::map<std::string, std::string> names)
    : dir_(dir), names_(std::move(names)) {
  std::istringstream text(
      test_support::ReadWholeFile(test_support::SourceDir() + "/docs/howto/" + page));
  std::string line, file, block;
  while (std::getline(text, line)) {
    if (line.starts_with("`") && line.ends_with(":")) file = line.substr(1, line.find('`', 1) - 1);
    if (!line.starts_with("    ")) {
      Keep(file, block);
      if (!block.empty()) file.clear();
      block.clear();
      continue;
    }
    for (std::string more; line.ends_with('\\') && std::getline(text, more);)
      line.replace(line.size() - 1, 1, more);
    block += line.substr(4) + "\n";
  }
  Keep(file, block);
}

TypedPage::~TypedPage() {
  for (const auto& [name, path] : files_) {
    test_support::Run({"londiste3", "-k", path});
    if (test_support::ReadWholeFile(path).find("[queue_loader3]") != std::string::npos)
      test_support::Run({"queue_loader3", "-k", path});
  }
}

void TypedPage::Keep(const std::string& file, const std::string& block) {
  if (file.ends_with(".yaml") && !block.empty()) {
    dir_.Write(file, block);
  } else if (block.starts_with("[londiste3]") || block.starts_with("[DEFAULT]")) {
    const std::string name = file.substr(0, file.find('.'));
    const std::size_t head = block.find('\n') + 1;
    files_[name] = dir_.Write(file, block.substr(0, head) + "logfile = " + dir_.path() + "/" +
                                        name + ".log\npidfile = " + dir_.path() + "/" + name +
                                        ".pid\n" + Here(block.substr(head)));
  } else if (block.starts_with("londiste3 ") || block.starts_with("queue_loader3 ") ||
             block.starts_with("psql ")) {
    std::istringstream lines(block);
    for (std::string line; std::getline(lines, line);) commands_.push_back(line);
  } else if (block.starts_with("create ") || block.starts_with("insert ") ||
             block.starts_with("select ") || block.starts_with("alter ")) {
    sql_.push_back(block);
  }
}

std::string TypedPage::Here(std::string text) const {
  for (const auto& [name, here] : names_)
    for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += here.size())
      text.replace(at, name.size(), here);
  return text;
}

test_support::RunResult TypedPage::Run(const std::string& line) const {
  std::string command = Here(line);
  for (const auto& [name, path] : files_) {
    const std::string word = " " + name + ".ini";
    const std::size_t at = command.find(word);
    if (at != std::string::npos) command.replace(at, word.size(), " " + path);
  }
  EXPECT_EQ(command.find(".example"), std::string::npos) << command;
  return test_support::Run(
      {"/bin/sh", "-c", command},
      {.environment = {{"PATH", test_support::BinDir() + ":" + std::getenv("PATH")}},
       .directory = dir_.path()});
}

void TypedPage::Play(const std::string& line) const {
  const auto result = Run(line);
  ASSERT_EQ(result.status, 0) << line << "\n" << result.out << result.err;
}

std::string TypedPage::Shown(const std::string& line, int status) const {
  const auto result = Run(line);
  EXPECT_EQ(result.status, status) << line << "\n" << result.out << result.err;
  return result.out;
}

void TypedPage::PlayAll() const {
  for (const std::string& command : commands_) {
    Play(command);
    if (testing::Test::HasFatalFailure()) return;
  }
}

std::string TypedPage::Logs() const {
  std::string logs;
  for (const auto& [name, path] : files_)
    logs += name + ":\n" + test_support::ReadWholeFile(dir_.path() + "/" + name + ".log") + "\n";
  return logs;
}

}  // namespace e2e
