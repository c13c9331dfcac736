// The progress of copies as one line of a terminal that is written over and over.
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

// On stderr, where that is a terminal; elsewhere nothing is written. Other lines may be written
// after Clear.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { Clear(); }
  ProgressLine(const ProgressLine&) = delete;

  bool visible() const { return visible_; }
  void Show(std::size_t done, std::size_t total, const std::vector<CopyStatus>& copies);
  void Clear();

 private:
  const bool visible_;
  bool shown_ = false;
};

}  // namespace londiste::output
