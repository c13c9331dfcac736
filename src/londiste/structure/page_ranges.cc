#include "londiste/structure/page_ranges.h"

#include <algorithm>

namespace londiste::structure {
namespace {

constexpr std::int64_t kRangesPerSession = 8;
constexpr std::int64_t kSmallestRange = 1 << 20, kLargestRange = 1 << 30;  // bytes

// Pages that hold about `range` bytes of a table.
std::int64_t PagesFor(std::int64_t range, std::int64_t pages, std::int64_t bytes) {
  return std::max<std::int64_t>(
      1, range / std::max<std::int64_t>(1, bytes / std::max<std::int64_t>(1, pages)));
}

std::int64_t Step(std::int64_t pages, std::int64_t bytes, int sessions) {
  return std::clamp(pages / (std::max(sessions, 1) * kRangesPerSession),
                    PagesFor(kSmallestRange, pages, bytes), PagesFor(kLargestRange, pages, bytes));
}

std::string Position(std::int64_t page) {
  return "'(" + std::to_string(page) + ",0)'::pg_catalog.tid";
}

}  // namespace

std::string PageRange::Condition(const std::string& ctid) const {
  std::string condition = ctid + " >= " + Position(first);
  if (end) condition += " and " + ctid + " < " + Position(*end);
  return condition;
}

PageRanges::PageRanges(std::int64_t pages, std::int64_t bytes, int sessions)
    : pages_(pages), step_(Step(pages, bytes, sessions)) {}

std::optional<PageRange> PageRanges::Take() {
  const std::lock_guard lock(mutex_);
  if (all_taken_) return std::nullopt;
  PageRange range{next_, std::nullopt};
  next_ += step_;
  if (next_ < pages_) {
    range.end = next_;
  } else {
    all_taken_ = true;
  }
  return range;
}

bool PageRanges::all_taken() const {
  const std::lock_guard lock(mutex_);
  return all_taken_;
}

}  // namespace londiste::structure
