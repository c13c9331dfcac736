// A change of the cascade that takes several transactions on several nodes, as a list of steps.
//
// A step looks at the nodes themselves to tell whether it is done, so a procedure that was killed
// is continued by running it again, from any machine, and nothing is recorded but what the nodes
// hold anyway. Up to the step that is the point of no return it can be put back, and is when a step
// fails. While it is under way each node concerned has a condition (kind procedure_unfinished) that
// names the command which continues it.
#pragma once

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "cascade/members.h"
#include "pg/error.h"

namespace cascade {

// Kind of the condition; its subject is the procedure's name.
inline constexpr char kUnfinishedProcedure[] = "procedure_unfinished";

struct Step {
  std::string name;  // "stop-writes"
  std::string node;  // where
  std::string what;  // "refuse new events"
  // Reads only. Unset: cannot be told, `run` is harmless when it is.
  std::function<bool()> done;
  // May be called when it is done already, or half done. Returns what there is to say, or "".
  std::function<std::string()> run;
  // Puts it back, whether it was run, half run or not at all; unset: see `stays`.
  std::function<void()> undo;
  std::string stays;       // why it need not be undone, or cannot be
  bool no_return = false;  // from here on it can only be continued
};

// Something that must hold before the first step.
struct Objection {
  std::string problem, way_out;
};
struct Check {
  std::string name;  // "tables in sync"
  std::function<std::vector<Objection>()> look;
  bool always = true;  // false: not when an interrupted run is continued, which has changed it
};

struct Procedure {
  std::string name;             // "takeover node1"; the same procedure always has the same name
  std::set<std::string> nodes;  // those it works on; they answer
  std::vector<Check> checks;
  std::vector<Step> steps;
};

enum class StepState { kToDo, kAlreadyDone, kDone, kFailed, kUndone, kStays };
std::string ToString(StepState state);  // "to do", "already done", "done", …

struct StepReport {
  std::string name, node, what, detail;
  StepState state = StepState::kToDo;
  std::chrono::milliseconds took{0};
};

struct ProcedureReport {
  std::string name;
  bool continued = false;  // an earlier run had begun it
  std::vector<Objection> objections;
  std::vector<StepReport> steps;
};

// What the program hears while it runs.
class ProcedureObserver {
 public:
  virtual ~ProcedureObserver() = default;
  virtual void Objected(const Objection& objection) = 0;
  // Before and after each step; `number` counts from 1.
  virtual void Begins(const Step& step, std::size_t number, std::size_t of) = 0;
  virtual void Ended(const StepReport& step, std::size_t number, std::size_t of) = 0;
  virtual void GoesBack(const std::string& why) = 0;
};

// Runs procedures of one command.
class ProcedureRun {
 public:
  // `line`: what an administrator types to run it again, "londiste /etc/node2.ini takeover node1".
  ProcedureRun(Members& members, Procedure procedure, std::string line, ProcedureObserver& observer)
      : members_(members),
        procedure_(std::move(procedure)),
        line_(std::move(line)),
        observer_(observer) {}

  // Looks at all nodes and changes nothing: the objections, and the state of each step.
  ProcedureReport Show();
  // Does what is to be done. Throws base::Error when something speaks against it, when another
  // procedure is under way, or when a step failed: then its message says whether all was put back
  // or how to continue.
  ProcedureReport Run();
  // Puts back what a run that was interrupted has done. Throws base::Error when it is past the
  // point of no return.
  ProcedureReport Undo();

 private:
  bool PastNoReturn();
  bool IsDone(const Step& step);
  std::vector<Objection> LookAtOthers();
  std::vector<Objection> Check();
  void Refuse(const std::vector<Objection>& objections);
  void Note();
  void EndNote();
  void DoStep(std::size_t index);
  bool MustGoOn(const pg::Failure& failure);
  [[noreturn]] void Failed(std::size_t index, const pg::Failure& failure);
  void Patiently(const std::function<void()>& work);
  void PutBack(std::size_t end);

  Members& members_;
  Procedure procedure_;
  const std::string line_;
  ProcedureObserver& observer_;
  ProcedureReport report_;
};

// Whether a run of the procedure that has not ended has to do with the node.
bool IsUnderWay(Members& members, const std::string& node, const std::string& procedure);

}  // namespace cascade
