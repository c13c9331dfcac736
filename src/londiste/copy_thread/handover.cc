#include "londiste/copy_thread/handover.h"

#include <algorithm>

namespace londiste::copy_thread {
namespace {

// A copy that is this near behind asks already: the main worker waits while it does the last
// batches, instead of running ahead of it for ever.
constexpr std::int64_t kNearTicks = 2;
// Where ticks come faster than a copy can take them one by one, it would never get near.
constexpr std::int64_t kFarTicks = 20;

}  // namespace

Handover::Step DecideCopyStep(Handover::Stage stage, pgq::TickId granted_at, pgq::TickId position,
                              bool covered, pgq::TickId main_position) {
  using Stage = Handover::Stage;
  using Step = Handover::Step;
  const std::int64_t behind = main_position.value() - position.value();
  if (covered && stage == Stage::kGranted)
    return position < granted_at ? Step::kApplyNext : Step::kStoreOk;
  if (covered && stage == Stage::kAsking) return Step::kWait;
  if (covered && behind <= kNearTicks) return Step::kAsk;
  return behind > kFarTicks ? Step::kApplyMany : Step::kApplyNext;
}

bool MainMayGrant(pgq::TickId asked_at, pgq::TickId main_position) {
  return asked_at <= main_position;
}

Handover::Step Handover::NextStep(pgq::TickId position, bool covered) const {
  const std::lock_guard lock(main_.mutex);
  return DecideCopyStep(stage_, granted_at_, position, covered, main_.position);
}

void Handover::Ask(pgq::TickId position) {
  const std::lock_guard lock(main_.mutex);
  stage_ = Stage::kAsking;
  asked_at_ = position;
}

bool Handover::BeginStoring() {
  const std::lock_guard lock(main_.mutex);
  if (stage_ != Stage::kGranted) return false;
  stage_ = Stage::kStoring;
  return true;
}

void Handover::End(bool stored) {
  {
    const std::lock_guard lock(main_.mutex);
    stage_ = Stage::kOver;
    stored_ = stored_ || stored;
  }
  main_.changed.notify_all();
}

std::optional<pgq::TickId> Handover::MayGrant(pgq::TickId main_position) const {
  const std::lock_guard lock(main_.mutex);
  if (stage_ != Stage::kAsking || !MainMayGrant(asked_at_, main_position)) return std::nullopt;
  return asked_at_;
}

void Handover::Grant(pgq::TickId main_position) {
  const std::lock_guard lock(main_.mutex);
  if (stage_ != Stage::kAsking) return;
  stage_ = Stage::kGranted;
  granted_at_ = main_position;
}

void Handover::TakeBack() {
  const std::lock_guard lock(main_.mutex);
  if (stage_ == Stage::kGranted) stage_ = Stage::kWorking;
}

bool Handover::stored() const {
  const std::lock_guard lock(main_.mutex);
  return stored_;
}

Handover::Stage Handover::stage() const {
  const std::lock_guard lock(main_.mutex);
  return stage_;
}

void Handover::AwaitEnd(base::Deadline deadline, base::Duration slice) const {
  std::unique_lock lock(main_.mutex);
  const auto over = [&] { return stage_ == Stage::kOver; };
  if (over()) return;
  const int left = deadline.PollTimeout();
  main_.changed.wait_for(
      lock, left < 0 ? slice : std::min<base::Duration>(slice, base::Duration(left)), over);
}

}  // namespace londiste::copy_thread
