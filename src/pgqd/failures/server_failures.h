// Failures to reach the server, as all databases meet them at once.
//
// A server that is away fails each of hundreds of databases in the same words. The first thread
// that meets a failure logs it, with its database; the others are counted, and logged at debug.
// Any thread.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/repeated_messages.h"
#include "pg/error.h"

namespace pgqd {

class ServerFailures {
 public:
  // One thread's part. Belongs to that thread; must not outlive `all`.
  class Reporter {
   public:
    explicit Reporter(ServerFailures& all) : all_(all) {}
    // Logs ERROR `<where>: <message>; retrying in 2 s` unless that was logged lately.
    void Report(const std::string& where, const pg::Failure& failure, base::Duration pause);
    // The server answers again: the next failure of a kind that this thread logged is a first
    // one. Returns whether it had logged any.
    bool Clear();

   private:
    ServerFailures& all_;
    std::set<std::string> logged_;  // kinds
  };

 private:
  std::optional<std::string> Admit(const std::string& kind, const std::string& text);
  void Forget(const std::string& kind);

  std::mutex mutex_;
  base::RepeatedMessages log_;
};

// The reason alone, without the database that is part of the message: what is the same for all.
std::string ReasonOf(const pg::Failure& failure);

}  // namespace pgqd
