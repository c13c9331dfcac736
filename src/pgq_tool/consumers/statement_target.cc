#include "pgq_tool/consumers/statement_target.h"

#include "base/error.h"
#include "base/failpoint.h"
#include "pg/error.h"
#include "pg/may_call.h"

namespace pgq_tool::consumers {

StatementTarget::StatementTarget(const config::Settings& settings, const Names& names,
                                 base::Interrupt& interrupt)
    : statement_(settings),
      connect_(pg::ConnectOptions::ForApplication(settings.text("dst_db"), names.job)),
      interrupt_(interrupt),
      once_(connect_, interrupt, names.consumer) {}

bool StatementTarget::CanMarkBatches() {
  pg::Connection connection(connect_, interrupt_);
  pqxx::nontransaction tx(connection);
  return pg::MayCall(tx, "pgq_ext.set_batch_done(text,text,bigint)");
}

std::int64_t StatementTarget::RunOnce(pgq::ActiveBatch& batch) {
  std::int64_t count = 0;
  once_.Process(batch, [&](pqxx::transaction_base& target) {
    count = Run(batch, target);
    base::HitFailpoint(base::Failpoint::forward_before_commit);
  });
  base::HitFailpoint(base::Failpoint::forward_after_commit);
  return count;
}

std::int64_t StatementTarget::RunEach(pgq::ActiveBatch& batch) {
  if (!session_) session_ = std::make_unique<pg::Connection>(connect_, interrupt_);
  try {
    pqxx::nontransaction tx(*session_);
    return Run(batch, tx);
  } catch (...) {
    session_.reset();  // whatever state it is in
    throw;
  }
}

std::int64_t StatementTarget::Run(pgq::ActiveBatch& batch, pqxx::transaction_base& tx) const {
  std::int64_t count = 0;
  batch.ForEach([&](const pgq::Event& event) {
    const auto statement = statement_.For(event, batch.batch().tick);
    if (!statement) return;
    try {
      tx.exec(*statement);
    } catch (const pqxx::sql_error&) {
      const pg::Failure failure = pg::DescribeCurrentFailure(&interrupt_);
      if (failure.kind != pg::FailureKind::kSql) throw;
      throw base::Error("dst_query for event " + ToString(event.id) + ": " + failure.message,
                        failure.hint);
    }
    ++count;
  });
  return count;
}

}  // namespace pgq_tool::consumers
