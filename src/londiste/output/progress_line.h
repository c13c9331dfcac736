// The progress of copies, or of other long work, as one line of a terminal that is written over and
// over.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "londiste/output/copy_status.h"

namespace londiste::output {

// "[########----------------] 33 %  1/3 tables  public.orders: 1200 of about 3000 rows (40 %), 15s
// left", cut to `columns`. `done` of `total` tables are; `copies` are under way.
std::string ProgressText(std::size_t done, std::size_t total, const std::vector<CopyStatus>& copies,
                         std::size_t columns);
// The same of any work: `share` of it is done, at most 1; `now` says what is under way.
std::string ProgressText(double share, std::size_t done, std::size_t total, const std::string& now,
                         std::size_t columns);

// On stderr, where that is a terminal; elsewhere nothing is written. Other lines may be written
// after Clear.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { Clear(); }
  ProgressLine(const ProgressLine&) = delete;

  bool visible() const { return visible_; }
  void Show(std::size_t done, std::size_t total, const std::vector<CopyStatus>& copies);
  void Show(double share, std::size_t done, std::size_t total, const std::string& now);
  void Clear();

 private:
  void Write(const std::string& text);
  const bool visible_;
  bool shown_ = false;
};

}  // namespace londiste::output
