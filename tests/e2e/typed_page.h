// A page for operators: its files, INI and YAML, are written, its statements and commands kept, so
// that a test types them as they stand there.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/process.h"

namespace e2e {

class TypedPage {
 public:
  // `page`: in docs/howto. `names`: what stands for the page's connection strings.
  TypedPage(const test_support::TempDir& dir, const std::string& page,
            std::map<std::string, std::string> names);
  // Stops the workers that the page's commands started.
  ~TypedPage();

  std::size_t file_count() const { return files_.size(); }
  const std::vector<std::string>& commands() const { return commands_; }
  const std::vector<std::string>& sql() const { return sql_; }  // each indented block
  // In the folder of the files. Fails the test unless the command exits 0.
  void Play(const std::string& command) const;
  // The same for an exit status; what the command printed.
  std::string Shown(const std::string& command, int status) const;
  void PlayAll() const;
  std::string Logs() const;

 private:
  void Keep(const std::string& file, const std::string& block);
  std::string Here(std::string text) const;
  test_support::RunResult Run(const std::string& line) const;

  const test_support::TempDir& dir_;
  const std::map<std::string, std::string> names_;
  std::map<std::string, std::string> files_;  // by name, their path
  std::vector<std::string> commands_, sql_;
};

}  // namespace e2e
