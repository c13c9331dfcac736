// londiste.table_info.merge_state: how far a table is on its way into replication, and which
// changes of that state there are.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "pgq/ids.h"

namespace londiste::tables {

// Parsed. Written back exactly as SkyTools writes it.
struct MergeState {
  enum class Kind { kNone, kInCopy, kCatchingUp, kWannaSync, kDoSync, kOk, kUnknown };
  Kind kind = Kind::kNone;
  std::optional<pgq::TickId> tick{};  // kWannaSync, kDoSync
  std::string text{};                 // kUnknown

  // SkyTools' "?" is ok; a text that is none of the states is kUnknown.
  static MergeState Parse(const std::optional<std::string>& text);
  std::optional<std::string> ToText() const;
  std::string ToString() const;  // for people: `None` when there is no state
  bool ok() const { return kind == Kind::kOk; }
  bool copying() const { return kind != Kind::kNone && kind != Kind::kOk; }
  friend bool operator==(const MergeState&, const MergeState&) = default;
};

// One kind of change. Whoever wants another one than these finds the table changed under him: its
// copy is not wanted any more.
struct StateTransition {
  enum class Actor { kCopy, kMainWorker, kAdministrator };
  // What the row must still hold, besides the state; kNoCopy: whoever changes it has copied
  // nothing.
  enum class Needs { kNothing, kSameSnapshot, kSameTick, kNoCopy };
  // What becomes of custom_snapshot, the snapshot of the COPY.
  enum class Snapshot { kKept, kCleared, kStored };
  MergeState::Kind from, to;
  Actor actor;
  Needs needs;
  Snapshot snapshot;
  std::string_view when;
};

std::span<const StateTransition> StateTransitions();
// nullptr: there is no such change.
const StateTransition* FindTransition(MergeState::Kind from, MergeState::Kind to,
                                      StateTransition::Actor actor);

// All of them as a Mermaid state diagram, for docs/architecture.md.
std::string StateDiagram();

}  // namespace londiste::tables
