// The main thread of a running pgqd: signals, the set of databases, statistics. It never talks to a
// server, so nothing can hang it.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/repeated_messages.h"
#include "config/settings.h"
#include "daemon/signals.h"
#include "pgqd/databases/database_thread.h"
#include "pgqd/databases/shared_services.h"
#include "pgqd/news/detector.h"

namespace pgqd {

class Supervisor {
 public:
  // `reload` reads the file again; throws base::ConfigError.
  Supervisor(config::Settings settings, std::function<config::Settings()> reload,
             daemon_process::Signals& signals);

  // Until SIGINT or SIGTERM. `ready` is called once everything is started.
  void Run(const std::function<void()>& ready);

 private:
  void WaitForEvent();
  void OnSignal(int signal);
  void OnStopSignal(bool at_once);
  void Reload();
  void SetDatabases(const std::set<std::string>& wanted);
  void StartTickers();
  void TakeFoundDatabases();
  void LogStatistics();
  void Reap();
  void PressOn();
  bool AllEnded() const;

  config::Settings settings_;
  const std::function<config::Settings()> reload_;
  daemon_process::Signals& signals_;
  SharedServices shared_;
  base::Interrupt wake_;  // from the detector
  std::mutex mutex_;      // found_
  std::optional<std::set<std::string>> found_;
  Detector detector_;
  std::set<std::string> wanted_;
  std::map<std::string, std::unique_ptr<DatabaseThread>> databases_;
  base::RepeatedMessages start_failures_;
  base::Deadline start_again_ = base::Deadline::Never();
  std::list<std::unique_ptr<DatabaseThread>> leaving_;
  base::Deadline next_statistics_ = base::Deadline::Never();
  bool stopping_ = false, cancelling_ = false, automatic_ = false;
  base::Deadline cancel_at_ = base::Deadline::Never();
};

}  // namespace pgqd
