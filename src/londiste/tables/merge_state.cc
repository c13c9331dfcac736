#include "londiste/tables/merge_state.h"

#include <algorithm>

#include "base/text.h"

namespace londiste::tables {
namespace {

constexpr std::string_view kWannaSync = "wanna-sync:", kDoSync = "do-sync:";

std::optional<pgq::TickId> ParseTick(std::string_view text) {
  const auto tick = base::ParseWhole<std::int64_t>(text);
  if (!tick || *tick <= 0) return std::nullopt;
  return pgq::TickId(*tick);
}

using Kind = MergeState::Kind;
using enum StateTransition::Actor;
using enum StateTransition::Needs;
using Snapshot = StateTransition::Snapshot;

// The administrator's part is done by SQL functions: londiste.local_add_table and
// londiste.local_set_table_state. So does the worker for a script that changed a table under copy.
constexpr std::array kTransitions = std::to_array<StateTransition>({
    {Kind::kNone, Kind::kInCopy, kCopy, kNothing, Snapshot::kCleared, "copy starts"},
    {Kind::kNone, Kind::kOk, kCopy, kNoCopy, Snapshot::kCleared, "handler copies no rows"},
    {Kind::kInCopy, Kind::kInCopy, kCopy, kNothing, Snapshot::kCleared, "copy starts over"},
    {Kind::kCatchingUp, Kind::kInCopy, kCopy, kNothing, Snapshot::kCleared, "copy starts over"},
    {Kind::kWannaSync, Kind::kInCopy, kCopy, kNothing, Snapshot::kCleared, "copy starts over"},
    {Kind::kDoSync, Kind::kInCopy, kCopy, kNothing, Snapshot::kCleared, "copy starts over"},
    {Kind::kInCopy, Kind::kCatchingUp, kCopy, kNothing, Snapshot::kStored, "all rows are copied"},
    {Kind::kCatchingUp, Kind::kCatchingUp, kCopy, kSameSnapshot, Snapshot::kKept, "copy continues"},
    {Kind::kWannaSync, Kind::kCatchingUp, kCopy, kSameSnapshot, Snapshot::kKept, "copy continues"},
    {Kind::kDoSync, Kind::kCatchingUp, kCopy, kSameSnapshot, Snapshot::kKept, "copy continues"},
    {Kind::kCatchingUp, Kind::kWannaSync, kCopy, kNothing, Snapshot::kKept,
     "copy asks to hand over"},
    {Kind::kWannaSync, Kind::kWannaSync, kCopy, kNothing, Snapshot::kKept, "copy asks again"},
    {Kind::kDoSync, Kind::kWannaSync, kCopy, kNothing, Snapshot::kKept, "copy asks again"},
    {Kind::kWannaSync, Kind::kDoSync, kMainWorker, kNothing, Snapshot::kKept,
     "main worker waits at this tick"},
    {Kind::kDoSync, Kind::kOk, kCopy, kSameTick, Snapshot::kCleared, "copy has reached the tick"},
    {Kind::kOk, Kind::kOk, kMainWorker, kSameSnapshot, Snapshot::kCleared,
     "SkyTools' snapshot is covered"},
    {Kind::kNone, Kind::kNone, kAdministrator, kNothing, Snapshot::kCleared, "resync"},
    {Kind::kInCopy, Kind::kNone, kAdministrator, kNothing, Snapshot::kCleared,
     "resync, or a script changed it"},
    {Kind::kCatchingUp, Kind::kNone, kAdministrator, kNothing, Snapshot::kCleared,
     "resync, or a script changed it"},
    {Kind::kWannaSync, Kind::kNone, kAdministrator, kNothing, Snapshot::kCleared,
     "resync, or a script changed it"},
    {Kind::kDoSync, Kind::kNone, kAdministrator, kNothing, Snapshot::kCleared,
     "resync, or a script changed it"},
    {Kind::kOk, Kind::kNone, kAdministrator, kNothing, Snapshot::kCleared, "resync"},
    {Kind::kUnknown, Kind::kNone, kAdministrator, kNothing, Snapshot::kCleared, "resync"},
});

std::string NameOf(Kind kind) {
  switch (kind) {
    case Kind::kNone:
      return "NULL";
    case Kind::kInCopy:
      return "in-copy";
    case Kind::kCatchingUp:
      return "catching-up";
    case Kind::kWannaSync:
      return "wanna-sync";
    case Kind::kDoSync:
      return "do-sync";
    case Kind::kOk:
      return "ok";
    case Kind::kUnknown:
      break;
  }
  return "unknown";
}

std::string NeedsText(StateTransition::Needs needs) {
  switch (needs) {
    case kSameSnapshot:
      return ", same snapshot";
    case kSameTick:
      return ", same tick";
    case kNoCopy:
    case kNothing:
      break;
  }
  return "";
}

}  // namespace

MergeState MergeState::Parse(const std::optional<std::string>& text) {
  if (!text) return {};
  if (*text == "ok" || *text == "?") return {.kind = Kind::kOk};
  if (*text == "in-copy") return {.kind = Kind::kInCopy};
  if (*text == "catching-up") return {.kind = Kind::kCatchingUp};
  const std::string_view view = *text;
  if (view.starts_with(kWannaSync))
    if (const auto tick = ParseTick(view.substr(kWannaSync.size())))
      return {.kind = Kind::kWannaSync, .tick = tick};
  if (view.starts_with(kDoSync))
    if (const auto tick = ParseTick(view.substr(kDoSync.size())))
      return {.kind = Kind::kDoSync, .tick = tick};
  return {.kind = Kind::kUnknown, .text = *text};
}

std::optional<std::string> MergeState::ToText() const {
  switch (kind) {
    case Kind::kNone:
      return std::nullopt;
    case Kind::kWannaSync:
    case Kind::kDoSync:
      return NameOf(kind) + ":" + base::ToString(tick.value());
    case Kind::kUnknown:
      return text;
    case Kind::kInCopy:
    case Kind::kCatchingUp:
    case Kind::kOk:
      break;
  }
  return NameOf(kind);
}

std::string MergeState::ToString() const { return ToText().value_or("None"); }

std::span<const StateTransition> StateTransitions() { return kTransitions; }

const StateTransition* FindTransition(Kind from, Kind to, StateTransition::Actor actor) {
  const auto found = std::ranges::find_if(kTransitions, [&](const StateTransition& one) {
    return one.from == from && one.to == to && one.actor == actor;
  });
  return found == kTransitions.end() ? nullptr : &*found;
}

std::string StateDiagram() {
  std::string diagram =
      "stateDiagram-v2\n    [*] --> NULL : add-table\n    [*] --> ok : add-table --expect-sync, or "
      "on a root\n";
  for (const StateTransition& one : kTransitions) {
    diagram += "    " + NameOf(one.from) + " --> " + NameOf(one.to) + " : " +
               std::string(one.when) + NeedsText(one.needs) + "\n";
  }
  return diagram;
}

}  // namespace londiste::tables
