#include "pg/snapshot_reader.h"

#include "pg/quote.h"

namespace pg {

SnapshotReader::SnapshotReader(base::Interrupt& owner, const Open& open)
    : on_cancel_(owner.OnCancel([this] { interrupt_.Cancel(); })), connection_(open(interrupt_)) {}

void SnapshotReader::Begin() {
  tx_.reset();
  tx_ = std::make_unique<pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>>(*connection_);
  tx_->exec0(kSettings);
  tx_->exec0("set local idle_in_transaction_session_timeout = 0");
}

void SnapshotReader::Import(const std::string& snapshot) {
  tx_->exec0("set transaction snapshot " + QuoteLiteral(snapshot));
}

}  // namespace pg
