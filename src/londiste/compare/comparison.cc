#include "londiste/compare/comparison.h"

#include <fmt/format.h>

#include <algorithm>

namespace londiste::compare {

const char* ToString(DifferentRow::Kind kind) {
  switch (kind) {
    case DifferentRow::Kind::kMissing:
      return "missing";
    case DifferentRow::Kind::kExtra:
      return "extra";
    case DifferentRow::Kind::kChanged:
      break;
  }
  return "changed";
}

DifferenceCounts Count(const std::vector<DifferentRow>& rows) {
  const auto of = [&](DifferentRow::Kind kind) {
    return static_cast<std::int64_t>(std::ranges::count(rows, kind, &DifferentRow::kind));
  };
  return {of(DifferentRow::Kind::kMissing), of(DifferentRow::Kind::kExtra),
          of(DifferentRow::Kind::kChanged)};
}

std::string DifferenceCounts::ToString() const {
  std::string text;
  const auto add = [&](std::int64_t count, DifferentRow::Kind kind) {
    if (count > 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, compare::ToString(kind));
  };
  add(missing, DifferentRow::Kind::kMissing);
  add(extra, DifferentRow::Kind::kExtra);
  add(changed, DifferentRow::Kind::kChanged);
  return text + (more ? ", and more" : "");
}

}  // namespace londiste::compare
