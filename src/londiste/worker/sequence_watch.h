// On the root: publishes the values of replicated sequences ahead of their use, often enough that a
// subscriber never has one already used.
//
// Owned by the handler, used on the worker's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "pg/connection.h"

namespace londiste::worker {

class SequenceWatch {
 public:
  // One look; returns when the next is due: in half a second, sooner while a sequence moves so fast
  // that its published value has to be renewed before, and in a minute without sequences. While
  // nothing is written on the server a look reads one position in the WAL. How far ahead is
  // published is decided by londiste.root_check_seqs, which counts on this.
  base::Duration Check(pg::Connection& root, const std::string& queue);

 private:
  struct Look {
    std::string positions;  // of all sequences
    std::int64_t left = 0;  // numbers until the first of them has to be published
    double given = 0;       // numbers by all of them together, counted from anywhere
    int sequences = 0;      // of the queue
  };

  void Load(pqxx::transaction_base& tx, const std::string& queue);
  Look LookAt(pqxx::transaction_base& tx, const std::string& queue) const;
  void Publish(pqxx::transaction_base& tx, const std::string& queue);
  base::Duration NextIn(const Look& look, base::Clock::time_point now) const;

  // As of the last Load; the arrays as text.
  std::string oids_, names_;
  int sequences_ = 0;
  bool all_logged_ = false;
  base::Clock::time_point load_at_{}, publish_at_{};

  std::optional<std::string> wal_;  // the server's position before the last look
  std::optional<Look> seen_;
  base::Clock::time_point seen_at_{};
};

}  // namespace londiste::worker
