// A replication system under test, between the nodes of a Site. All calls come from one thread;
// failures throw std::runtime_error.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/whole/site.h"

namespace bench {

enum class InitialCopy { kYes, kNo };  // kNo: the tables hold the same rows already

class System {
 public:
  virtual ~System() = default;

  // Nodes, and everything running, still without tables.
  virtual void Start() = 0;
  // Changes of these tables, which exist on all nodes, are captured on the provider from here on.
  virtual void Publish(const std::vector<std::string>& tables) = 0;
  // All nodes below the provider have them from here on; returns before copies are done.
  virtual void Subscribe(const std::vector<std::string>& tables, InitialCopy copy) = 0;
  // All tables are copied, by what the system itself says.
  virtual bool Synced(int tables) = 0;

  // Stops only what applies changes on the subscriber, and starts it again.
  virtual void StopApply() = 0;
  virtual void StartApply() = 0;
  // Between Start- and EndBacklog the workload decides what belongs together: a batch ends where
  // EndBatch is called. Without effect for a system that has no batches.
  virtual void StartBacklog() {}
  virtual void EndBatch() {}
  virtual void EndBacklog() {}

  // Reads the tables of provider and subscriber, with so many sessions on each side, and finds that
  // all rows of all but `differing` of them are equal; throws when it finds anything else.
  virtual void Compare(const std::vector<std::string>& tables, int sessions, int differing);

  // Processes besides the servers.
  virtual std::vector<pid_t> Daemons() const { return {}; }
  // What else the result should tell of how this ran.
  virtual std::string Remarks() const { return ""; }
};

struct SystemSettings {
  std::vector<std::string> pgqd, worker;  // INI lines
};

// Names: ours, ours-tuned, builtin, builtin-streaming, pipe, scan.
bool IsSystem(const std::string& name);
// REQUIRES: IsSystem(name).
std::unique_ptr<System> MakeSystem(const std::string& name, Site& site,
                                   const SystemSettings& settings);

// Runs a program to its end, however long that takes. Throws when it ends with another status.
void RunProgram(std::vector<std::string> command, int status = 0);

}  // namespace bench
