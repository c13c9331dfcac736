#include <charconv>

#include "base/error.h"
#include "londiste/tables/table_list.h"

namespace londiste::tables {
namespace {

constexpr std::string_view kWannaSync = "wanna-sync:", kDoSync = "do-sync:";

std::optional<pgq::TickId> ParseTick(std::string_view text) {
  std::int64_t tick = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), tick);
  if (error != std::errc() || end != text.data() + text.size() || tick <= 0) return std::nullopt;
  return pgq::TickId(tick);
}

}  // namespace

MergeState MergeState::Parse(const std::optional<std::string>& text) {
  if (!text) return {Kind::kNone, {}};
  if (*text == "ok" || *text == "?") return {Kind::kOk, {}};
  if (*text == "in-copy") return {Kind::kInCopy, {}};
  if (*text == "catching-up") return {Kind::kCatchingUp, {}};
  const std::string_view view = *text;
  if (view.starts_with(kWannaSync))
    if (const auto tick = ParseTick(view.substr(kWannaSync.size())))
      return {Kind::kWannaSync, tick};
  if (view.starts_with(kDoSync))
    if (const auto tick = ParseTick(view.substr(kDoSync.size()))) return {Kind::kDoSync, tick};
  throw base::Error("unknown merge_state \"" + *text + "\" in londiste.table_info",
                    "Command resync copies the table again, whatever its state.");
}

std::optional<std::string> MergeState::ToText() const {
  switch (kind) {
    case Kind::kNone:
      return std::nullopt;
    case Kind::kInCopy:
      return "in-copy";
    case Kind::kCatchingUp:
      return "catching-up";
    case Kind::kWannaSync:
      return std::string(kWannaSync) + ToString(tick.value());
    case Kind::kDoSync:
      return std::string(kDoSync) + ToString(tick.value());
    case Kind::kOk:
      break;
  }
  return "ok";
}

}  // namespace londiste::tables
