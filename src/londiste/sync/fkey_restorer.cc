#include "londiste/sync/fkey_restorer.h"

#include <spdlog/spdlog.h>

#include "londiste/copy/fkeys.h"

namespace londiste::sync {
namespace {

constexpr base::Duration kTryAgain{60'000};

}  // namespace

void FkeyRestorer::Run(const SyncOptions& options, const std::string& situation) {
  const auto now = base::Clock::now();
  if (tried_for_ == situation && now < tried_at_ + kTryAgain) return;
  const bool started = errand_.StartIfDue([options](base::Interrupt& interrupt) {
    pg::ConnectOptions connect;
    connect.connstr = options.local_connstr;
    connect.application_name = options.application_name + " fkeys";
    pg::Connection connection(connect, interrupt);
    copy::RestoreFkeys(connection, options.queue,
                       [](const std::string& line) { spdlog::info("{}", line); });
  });
  if (!started) return;
  tried_for_ = situation;
  tried_at_ = now;
}

}  // namespace londiste::sync
