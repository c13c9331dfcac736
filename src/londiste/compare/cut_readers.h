// The sessions that read both sides of a cut, each on a thread of its own while it does.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "londiste/compare/piece.h"
#include "londiste/compare/throttle.h"
#include "pg/snapshot_reader.h"

namespace londiste::compare {

using Readers = std::vector<std::unique_ptr<pg::SnapshotReader>>;

// What is to be asked of one side, a piece at a time.
struct SideQuery {
  Readers& readers;
  std::span<const Piece> pieces;
  std::string node;  // for messages
  // Asked in its transaction by the reader of that number; from several threads.
  std::function<std::vector<pqxx::result>(pqxx::transaction_base& tx, std::size_t reader,
                                          const Piece& piece)>
      ask;
  // What it answered; from several threads, one at a time.
  std::function<void(const pqxx::result& rows)> take;
};

// Runs all pieces of both sides. `progress` is called on the calling thread with the bytes that
// were read, as a guess. `throttle`: nullptr to read without a rest. Each piece holds its table's
// lock only while it is read. After a failure the sessions are as they were, unless `owner` was
// cancelled. Throws TableRewritten.
void ReadBoth(const SideQuery& above, const SideQuery& below, base::Interrupt& owner,
              Throttle* throttle, const std::function<void(std::int64_t bytes)>& progress);

}  // namespace londiste::compare
