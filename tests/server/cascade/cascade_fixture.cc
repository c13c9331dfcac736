#include "server/cascade/cascade_fixture.h"

#include <stdexcept>

namespace cascade {

test_support::PostgresServer* CascadeTest::server_ = nullptr;

void CascadeTest::SetUpTestSuite() { server_ = new test_support::PostgresServer(); }

void CascadeTest::TearDownTestSuite() {
  delete server_;
  server_ = nullptr;
}

void CascadeTest::CreateNodes(const std::string& node_type) {
  static int number = 0;
  const std::string prefix = "t" + std::to_string(++number);
  for (const char* suffix : {"_root", "_node"}) server_->CreateDatabaseWithSchemas(prefix + suffix);
  root_connstr_ = server_->Connstr(prefix + "_root");
  node_connstr_ = server_->Connstr(prefix + "_node");
  root_ = std::make_unique<test_support::Sql>(root_connstr_);
  node_ = std::make_unique<test_support::Sql>(node_connstr_);

  root_->Exec("select pgq_node.register_location('q', 'root', '" + root_connstr_ + "', false)");
  root_->Exec("select pgq_node.create_node('q', 'root', 'root', 'root_worker', null, null, null)");
  root_->Exec("select pgq.set_queue_config('q', 'ticker_max_lag', '0')");
  root_->Exec("select pgq.set_queue_config('q', 'ticker_idle_period', '0')");
  root_->Exec("select pgq_node.register_location('q', 'node', '" + node_connstr_ + "', false)");
  const std::string watermark = root_->Value(
      "select global_watermark from pgq_node.register_subscriber('q', 'node', 'worker', null)");
  for (const char* name : {"root", "node"})
    node_->Exec(std::string("select pgq_node.register_location('q', '") + name + "', '" +
                (name == std::string("root") ? root_connstr_ : node_connstr_) + "', false)");
  node_->Exec("select pgq_node.create_node('q', '" + node_type + "', 'node', 'worker', 'root', " +
              watermark + ", null)");
  node_->Exec("create table applied (ev_id int8, ev_type text, data text)");
  provider_ = Connect(root_connstr_);
  target_ = ConnectTarget();
}

void CascadeTest::Tick() { ASSERT_NE(root_->Value("select pgq.ticker('q')"), "(null)"); }

std::unique_ptr<pg::Connection> CascadeTest::Connect(const std::string& connstr) {
  return std::make_unique<pg::Connection>(
      pg::ConnectOptions::ForApplication(connstr, "cascade test"), interrupt_);
}

std::unique_ptr<pg::Connection> CascadeTest::ConnectTarget() {
  auto target = Connect(node_connstr_);
  target->SetReplicationRole(pg::ReplicationRole::kReplica);
  return target;
}

pgq::Batch CascadeTest::NextBatch(const std::string& consumer) {
  const auto batch = pgq::NextBatch(*provider_, "q", consumer);
  if (!batch) throw std::runtime_error("no batch");
  return *batch;
}

pgq::TickId CascadeTest::Completed() {
  return pgq::TickId(std::stoll(node_->Value(
      "select last_tick_id from pgq_node.local_state where consumer_name = 'worker'")));
}

NodeInfo CascadeTest::Node() {
  pqxx::nontransaction tx(*target_);
  return GetNodeInfo(tx, "q").value();
}

void RecordingHandler::OnBatch(const BatchContext&) {
  ++batches;
  if (on_batch) on_batch();
  ThrowAt(Step::kOnBatch);
}

void RecordingHandler::Apply(const BatchContext&, pqxx::transaction_base& tx,
                             std::span<const pgq::Event> events) {
  for (const pgq::Event& event : events)
    tx.exec_params("insert into public.applied values ($1, $2, $3)", event.id.value(),
                   std::string(event.type_or_empty()), std::string(event.data_or_empty()));
  if (on_apply) on_apply();
  ThrowAt(Step::kApply);
}

void RecordingHandler::Committed(const BatchContext&) {
  ++commits;
  ThrowAt(Step::kCommitted);
}

void RecordingHandler::ThrowAt(Step step) const {
  if (fail_at == step) throw std::runtime_error("handler failed");
}

}  // namespace cascade
