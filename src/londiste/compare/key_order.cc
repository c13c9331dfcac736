#include "londiste/compare/key_order.h"

#include <algorithm>
#include <compare>
#include <cstdlib>
#include <string_view>
#include <tuple>

namespace londiste::compare {
namespace {

enum class Order {
  kDecimal,   // whole or with a point, of any length
  kFloating,  // also with an exponent, or no number at all
  kText,
};

constexpr std::string_view kDigits = "0123456789";

bool IsDecimal(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction =
      point == text.size() ? std::string_view("0") : text.substr(point + 1);
  return !whole.empty() && !fraction.empty() &&
         whole.find_first_not_of(kDigits) == std::string_view::npos &&
         fraction.find_first_not_of(kDigits) == std::string_view::npos;
}

bool IsFloating(const std::string& text) {
  if (text == "NaN" || text == "Infinity" || text == "-Infinity") return true;
  if (text.empty() || text.find_first_not_of("0123456789+-.e") != std::string::npos) return false;
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  return *end == '\0';
}

Order OrderOf(const std::vector<DifferentRow>& rows, std::size_t column) {
  Order order = Order::kDecimal;
  for (const DifferentRow& row : rows) {
    const auto& value = row.key[column];
    if (!value || IsDecimal(*value)) continue;
    if (!IsFloating(*value)) return Order::kText;
    order = Order::kFloating;
  }
  return order;
}

// Without sign. Zeros in front do not count, nor do those at the end of a fraction.
std::strong_ordering CompareSizes(std::string_view a, std::string_view b) {
  const auto parts = [](std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string_view fraction = point == text.size() ? std::string_view() : text.substr(point + 1);
    fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
    return std::tuple(point, text.substr(0, point), fraction);
  };
  return parts(a) <=> parts(b);
}

std::strong_ordering CompareDecimals(std::string_view a, std::string_view b) {
  const bool below = a.starts_with('-'), other_below = b.starts_with('-');
  if (below != other_below)
    return below ? std::strong_ordering::less : std::strong_ordering::greater;
  return below ? CompareSizes(b.substr(1), a.substr(1)) : CompareSizes(a, b);
}

// NaN behind all others, as the server has it.
std::strong_ordering CompareFloating(const std::string& a, const std::string& b) {
  const bool none = a == "NaN", other_none = b == "NaN";
  if (none || other_none) return none <=> other_none;
  const double x = std::strtod(a.c_str(), nullptr), y = std::strtod(b.c_str(), nullptr);
  return x < y   ? std::strong_ordering::less
         : x > y ? std::strong_ordering::greater
                 : std::strong_ordering::equal;
}

std::strong_ordering CompareValues(Order order, const std::optional<std::string>& a,
                                   const std::optional<std::string>& b) {
  if (!a || !b) return a.has_value() <=> b.has_value();
  std::strong_ordering found = std::strong_ordering::equal;
  if (order == Order::kDecimal) found = CompareDecimals(*a, *b);
  if (order == Order::kFloating) found = CompareFloating(*a, *b);
  return found == std::strong_ordering::equal ? *a <=> *b : found;
}

}  // namespace

void SortRows(std::vector<DifferentRow>& rows) {
  if (rows.empty()) return;
  std::vector<Order> orders;
  for (std::size_t i = 0; i < rows.front().key.size(); ++i) orders.push_back(OrderOf(rows, i));
  std::ranges::sort(rows, [&](const DifferentRow& a, const DifferentRow& b) {
    if (a.kind != b.kind) return a.kind < b.kind;
    for (std::size_t i = 0; i < orders.size(); ++i)
      if (const auto order = CompareValues(orders[i], a.key[i], b.key[i]);
          order != std::strong_ordering::equal)
        return order == std::strong_ordering::less;
    return false;
  });
}

}  // namespace londiste::compare
