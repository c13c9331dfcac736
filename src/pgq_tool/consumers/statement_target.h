// A target database in which a statement is run for each row event of a batch.
#pragma once

#include <cstdint>
#include <memory>

#include "config/settings.h"
#include "pg/connection.h"
#include "pgq/exactly_once.h"
#include "pgq_tool/consumers/event_statement.h"
#include "pgq_tool/consumers/forwarder.h"

namespace pgq_tool::consumers {

class StatementTarget {
 public:
  // Throws base::ConfigError.
  StatementTarget(const config::Settings& settings, const Names& names, base::Interrupt& interrupt);

  // All statements of a batch and its mark in schema pgq_ext in one transaction: exactly once.
  std::int64_t RunOnce(pgq::ActiveBatch& batch);
  // Each statement commits by itself; those of a batch that comes again are run again.
  std::int64_t RunEach(pgq::ActiveBatch& batch);
  // The target has schema pgq_ext, and the role may use it.
  bool CanMarkBatches();

 private:
  std::int64_t Run(pgq::ActiveBatch& batch, pqxx::transaction_base& tx) const;

  const EventStatement statement_;
  const pg::ConnectOptions connect_;
  base::Interrupt& interrupt_;
  pgq::ExactlyOnce once_;
  std::unique_ptr<pg::Connection> session_;  // for RunEach
};

}  // namespace pgq_tool::consumers
