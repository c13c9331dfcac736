#include "cascade/procedure.h"

#include "base/error.h"
#include "base/failpoint.h"
#include "base/growing_pause.h"
#include "pg/error.h"
#include "pgq/conditions.h"

namespace cascade {
namespace {

constexpr std::chrono::seconds kPatienceGoingBack(30);

}  // namespace

// A node of SkyTools has no conditions: there a pause must do.
bool IsUnderWay(Members& members, const std::string& node, const std::string& procedure) {
  return members.On(node, [&](auto& tx) {
    if (tx.exec1("select pg_catalog.to_regclass('pgq.condition')")[0].is_null()) {
      const auto info = GetNodeInfo(tx, members.queue());
      return info && info->worker_paused;
    }
    for (const pgq::StoredCondition& stored : pgq::ReadConditions(tx, members.queue()))
      if (stored.condition.kind == kUnfinishedProcedure && stored.condition.subject == procedure)
        return true;
    return false;
  });
}

std::string ToString(StepState state) {
  switch (state) {
    case StepState::kToDo:
      return "to do";
    case StepState::kAlreadyDone:
      return "already done";
    case StepState::kDone:
      return "done";
    case StepState::kFailed:
      return "failed";
    case StepState::kUndone:
      return "put back";
    case StepState::kStays:
      break;
  }
  return "stays";
}

ProcedureReport ProcedureRun::Show() {
  report_ = {.name = procedure_.name, .continued = false, .objections = {}, .steps = {}};
  report_.objections = LookAtOthers();
  if (!PastNoReturn())
    for (Objection& objection : Check()) report_.objections.push_back(std::move(objection));
  // A step that finds nothing to do before its turn may have something then.
  bool so_far = true;
  for (const Step& step : procedure_.steps) {
    so_far = so_far && IsDone(step);
    report_.steps.push_back(
        {step.name, step.node, step.what, "", so_far ? StepState::kAlreadyDone : StepState::kToDo});
  }
  return report_;
}

ProcedureReport ProcedureRun::Run() {
  for (const std::string& node : procedure_.nodes) members_.Open(node);
  members_.Claim();
  report_ = Show();
  Refuse(report_.objections);
  bool all_done = !report_.continued;
  for (const StepReport& step : report_.steps) all_done &= step.state == StepState::kAlreadyDone;
  if (all_done) return report_;
  Note();
  for (std::size_t i = 0; i < procedure_.steps.size(); ++i) {
    try {
      DoStep(i);
    } catch (...) {
      const pg::Failure failure = pg::DescribeCurrentFailure(&members_.interrupt());
      if (!MustGoOn(failure)) Failed(i, failure);
      --i;  // once more, and nobody stops it now
    }
  }
  EndNote();
  return report_;
}

ProcedureReport ProcedureRun::Undo() {
  for (const std::string& node : procedure_.nodes) members_.Open(node);
  members_.Claim();
  report_ = {.name = procedure_.name, .continued = false, .objections = {}, .steps = {}};
  Refuse(LookAtOthers());
  if (!report_.continued)
    throw base::Error("no run of " + procedure_.name +
                      " is unfinished: there is nothing to put back");
  if (PastNoReturn())
    throw base::Error(procedure_.name + " is past the point of no return: nothing was put back",
                      "Continue it: " + line_);
  for (const Step& step : procedure_.steps)
    report_.steps.push_back({step.name, step.node, step.what, ""});
  PutBack(procedure_.steps.size());
  EndNote();
  return report_;
}

bool ProcedureRun::IsDone(const Step& step) { return step.done && step.done(); }

bool ProcedureRun::PastNoReturn() {
  for (const Step& step : procedure_.steps)
    if (step.no_return) return IsDone(step);
  return false;
}

// Of the same procedure: an earlier run has begun it.
std::vector<Objection> ProcedureRun::LookAtOthers() {
  std::set<std::string> others;
  std::vector<Objection> objections;
  for (const std::string& node : procedure_.nodes) {
    const auto told =
        members_.On(node, [&](auto& tx) { return pgq::ReadConditions(tx, members_.queue()); });
    for (const pgq::StoredCondition& stored : told) {
      if (stored.condition.kind != kUnfinishedProcedure) continue;
      if (stored.condition.subject == procedure_.name) {
        report_.continued = true;
        continue;
      }
      if (others.insert(stored.condition.subject).second)
        objections.push_back(
            {"node " + node + ": " + stored.condition.message, stored.condition.hint});
    }
  }
  return objections;
}

std::vector<Objection> ProcedureRun::Check() {
  std::vector<Objection> objections;
  for (const auto& check : procedure_.checks) {
    if (report_.continued && !check.always) continue;
    for (Objection& objection : check.look()) objections.push_back(std::move(objection));
  }
  return objections;
}

void ProcedureRun::Refuse(const std::vector<Objection>& objections) {
  if (objections.empty()) return;
  if (objections.size() > 1)
    for (const Objection& objection : objections) observer_.Objected(objection);
  throw base::Error(objections.size() == 1
                        ? objections[0].problem
                        : procedure_.name + ": " + std::to_string(objections.size()) +
                              " reasons against it; nothing was changed",
                    objections.size() == 1 ? objections[0].way_out : "");
}

void ProcedureRun::Note() {
  for (const std::string& node : procedure_.nodes) {
    pgq::Conditions conditions(members_.queue());
    conditions.Set({.kind = kUnfinishedProcedure,
                    .subject = procedure_.name,
                    .severity = pgq::ConditionSeverity::kWarning,
                    .message = procedure_.name + " was begun on node " + members_.own_node() +
                               " and has not ended",
                    .hint = "If it does not run any more: " + line_ +
                            " continues it there; with --undo it is put back, as long as that is "
                            "possible."});
    conditions.Store(members_.Open(node));
    base::HitFailpoint(base::Failpoint::procedure_noted);
  }
}

void ProcedureRun::EndNote() {
  // An earlier run may have had to do with more nodes.
  std::set<std::string> nodes = procedure_.nodes;
  for (const std::string& node : members_.living())
    if (members_.TryOpen(node)) nodes.insert(node);
  for (const std::string& node : nodes) {
    pgq::Conditions conditions(members_.queue());
    conditions.Clear(kUnfinishedProcedure, procedure_.name);
    conditions.Store(members_.Open(node));
  }
}

void ProcedureRun::DoStep(std::size_t index) {
  const Step& step = procedure_.steps[index];
  StepReport& report = report_.steps[index];
  const std::size_t number = index + 1, of = procedure_.steps.size();
  const auto start = base::Clock::now();
  if (IsDone(step)) {
    report.state = StepState::kAlreadyDone;
    return observer_.Ended(report, number, of);
  }
  observer_.Begins(step, number, of);
  base::HitFailpoint(base::Failpoint::procedure_before_step);
  members_.interrupt().ThrowIfCancelled();  // a signal between two statements cancels none
  report.detail = step.run();
  base::HitFailpoint(base::Failpoint::procedure_after_step);
  report.state = StepState::kDone;
  report.took = std::chrono::duration_cast<std::chrono::milliseconds>(base::Clock::now() - start);
  observer_.Ended(report, number, of);
}

// A signal that comes behind the point of no return does not leave the cascade
// between two roots, closed to writers.
bool ProcedureRun::MustGoOn(const pg::Failure& failure) {
  if (failure.kind != pg::FailureKind::kInterrupted) return false;
  bool past = false;
  try {
    Patiently([&] { past = PastNoReturn(); });
  } catch (const std::exception&) {
    return false;  // told by who reports the failure
  }
  return past;
}

// The sessions, and the interrupt when a signal came, are not to be used any
// more.
void ProcedureRun::Failed(std::size_t index, const pg::Failure& failure) {
  const Step& step = procedure_.steps[index];
  const bool stopped = failure.kind == pg::FailureKind::kInterrupted;
  const std::string why = stopped
                              ? procedure_.name + " was stopped by a signal in step " + step.name
                              : procedure_.name + ": step " + step.name + " on node " + step.node +
                                    " failed: " + failure.message;
  const std::string hint = failure.hint.empty() ? "" : failure.hint + " ";
  report_.steps[index].state = StepState::kFailed;
  report_.steps[index].detail = failure.message;
  observer_.Ended(report_.steps[index], index + 1, procedure_.steps.size());
  bool past = false;
  std::string trouble;
  try {
    Patiently([&] {
      past = PastNoReturn();
      if (past) return;
      observer_.GoesBack(why);
      PutBack(index + 1);
      EndNote();
    });
  } catch (...) {
    trouble = pg::DescribeCurrentFailure().message;
  }
  if (!trouble.empty())
    throw base::Error(why + "; and going back failed: " + trouble,
                      hint + "To continue it: " + line_ + ". To put it back: " + line_ + " --undo");
  if (past)
    throw base::Error(why + ". It is past the point of no return",
                      hint + "Continue it when that is mended: " + line_);
  throw base::Error(why + ". Everything was put back", hint);
}

// A server that starts again takes some seconds; meanwhile writers may be kept out.
void ProcedureRun::Patiently(const std::function<void()>& work) {
  const base::Deadline give_up = base::Deadline::After(kPatienceGoingBack);
  base::GrowingPause pause({.first = base::Duration(100), .longest = base::Duration(2000)});
  for (;;) {
    members_.StartOver();
    try {
      return work();
    } catch (...) {
      const auto kind = pg::DescribeCurrentFailure().kind;
      if ((kind != pg::FailureKind::kConnectFailed && kind != pg::FailureKind::kConnectionLost) ||
          give_up.Passed())
        throw;
    }
    members_.interrupt().Sleep(base::Deadline::After(pause.Next()));
  }
}

// Steps below `end`, the last one first.
void ProcedureRun::PutBack(std::size_t end) {
  for (std::size_t i = end; i-- > 0;) {
    const Step& step = procedure_.steps[i];
    StepReport& report = report_.steps[i];
    if (!step.undo) {
      if (report.state == StepState::kDone) report.state = StepState::kStays;
      report.detail = step.stays;
      continue;
    }
    base::HitFailpoint(base::Failpoint::procedure_before_undo);
    step.undo();
    report.state = StepState::kUndone;
    observer_.Ended(report, i + 1, procedure_.steps.size());
  }
}

}  // namespace cascade
