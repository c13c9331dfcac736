#include "pgqd/news/detector.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/growing_pause.h"
#include "pg/connection.h"
#include "pg/error.h"
#include "pgqd/failures/log_text.h"
#include "pgqd/threads/service_thread.h"

namespace pgqd {
namespace {

using base::Deadline;
using base::Duration;

constexpr Duration kFirstRetry{250}, kLongestRetry{5000};

}  // namespace

Detector::Detector(const LiveOptions& options, OnFound on_found)
    : options_(options),
      on_found_(std::move(on_found)),
      thread_(ServiceWork("detector", [this](base::Interrupt& interrupt) { Run(interrupt); })) {}

void Detector::Run(base::Interrupt& interrupt) {
  base::GrowingPause retry(
      {.first = kFirstRetry, .longest = kLongestRetry, .jitter = base::kSpread});
  while (!interrupt.stopping()) {
    const auto options = options_.Get();
    Deadline again = Deadline::Never();  // a list was given
    if (options->database_list.empty()) {
      try {
        Look(interrupt);
        again = Deadline::After(options->check_period);
        retry.Reset();
        if (failures_.Clear())
          spdlog::info("{}: connected again", DatabaseText(options->initial_database));
      } catch (...) {
        const pg::Failure failure = pg::DescribeCurrentFailure(&interrupt);
        if (failure.kind == pg::FailureKind::kInterrupted) return;
        const Duration pause = std::min(retry.Next(), options->check_period);
        LogFailure(failures_, "detecting databases", failure, pause);
        again = Deadline::After(pause);
      }
    }
    interrupt.Sleep(again);
  }
}

void Detector::Look(base::Interrupt& interrupt) {
  const auto options = options_.Get();
  // Names are bytes: whatever the encoding of this database and of the one where a database was
  // created, its name must come back as it has to be given.
  pg::Connection connection(
      ConnectTo(*options, options->initial_database, "detector").InEncoding("SQL_ASCII"),
      interrupt);
  std::set<std::string> found;
  for (const auto& row :
       pg::ExecAutocommit(connection,
                          "select datname from pg_catalog.pg_database"
                          " where not datistemplate and datallowconn"
                          " and pg_catalog.has_database_privilege(oid, 'connect')"))
    found.insert(row[0].as<std::string>());
  on_found_(std::move(found));
}

}  // namespace pgqd
