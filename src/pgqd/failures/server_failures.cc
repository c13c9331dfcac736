#include "pgqd/failures/server_failures.h"

#include <spdlog/spdlog.h>

#include "pgqd/failures/log_text.h"

namespace pgqd {

std::string ReasonOf(const pg::Failure& failure) {
  if (failure.kind != pg::FailureKind::kConnectFailed) return failure.message;
  // `could not connect to "host=... dbname=...": reason`; a reason may hold quotes, and the
  // connection string may too.
  const std::size_t end = failure.message.find("\": ");
  return end == std::string::npos ? failure.message : failure.message.substr(end + 3);
}

std::optional<std::string> ServerFailures::Admit(const std::string& kind, const std::string& text) {
  const std::lock_guard lock(mutex_);
  return TextToLog(log_, kind, text);
}

void ServerFailures::Forget(const std::string& kind) {
  const std::lock_guard lock(mutex_);
  log_.Forget(kind);
}

void ServerFailures::Reporter::Report(const std::string& where, const pg::Failure& failure,
                                      base::Duration pause) {
  const std::string kind = ReasonOf(failure);
  const std::string text = FailureText(where, failure, pause);
  const auto line = all_.Admit(kind, text);
  if (!line) {
    spdlog::debug("{}", text);
    return;
  }
  logged_.insert(kind);
  LogFailureLine(*line, where, failure);
}

bool ServerFailures::Reporter::Clear() {
  const bool any = !logged_.empty();
  for (const std::string& kind : logged_) all_.Forget(kind);
  logged_.clear();
  return any;
}

}  // namespace pgqd
