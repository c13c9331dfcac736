// The statements that would make a table equal, as a script for psql.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "londiste/compare/comparison.h"
#include "londiste/repair/repair_rows.h"

namespace londiste::repair {

class FixFile {
 public:
  struct Origin {
    std::string table, below, above, tick, tick_time;
    std::string encoding;  // in which the rows were read
  };
  // Replaces the file once it is finished. Throws base::Error when it cannot be written.
  FixFile(std::string path, const Origin& origin);
  ~FixFile();
  FixFile(const FixFile&) = delete;

  // Rows that only the node below has are deleted, or their statements are comments.
  RepairCounts Add(const compare::Comparison& comparison, const RowPair& row, Extra extra);
  void Finish();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void Put(const std::string& text);
  [[noreturn]] void Failed(const std::string& path) const;
  const std::string path_, temporary_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace londiste::repair
