#include "server/pgq_client/client_fixture.h"

#include "support/process.h"
#include "support/tree.h"

test_support::PostgresServer& ClientTest::Server() {
  static test_support::PostgresServer server;
  return server;
}

ClientTest::ClientTest() {
  static int count = 0;
  database_ = "client_" + std::to_string(++count);
  target_database_ = "target_" + std::to_string(count);
  Server().CreateDatabaseWithSchemas(database_);
  admin_ = std::make_unique<test_support::Sql>(Server().Connstr(database_));
  admin_->Exec(test_support::ReadWholeFile(test_support::BundleDir() + "/pgq_coop.sql"));
  admin_->Exec("select pgq.create_queue('q')");
}

test_support::Sql& ClientTest::target() {
  if (target_) return *target_;
  Server().CreateDatabase(target_database_);
  target_ = std::make_unique<test_support::Sql>(Server().Connstr(target_database_));
  target_->Exec(test_support::ReadWholeFile(test_support::BundleDir() + "/pgq_ext.sql"));
  target_->Exec("create table applied (data text)");
  return *target_;
}

pg::ConnectOptions ClientTest::Connect(const std::string& application_name) const {
  return pg::ConnectOptions::ForApplication(Server().Connstr(database_), application_name);
}

pg::ConnectOptions ClientTest::ConnectTarget() const {
  pg::ConnectOptions options = Connect("client test target");
  options.connstr = Server().Connstr(target_database_);
  return options;
}

pgq::ConsumerOptions ClientTest::Options(const std::string& consumer) const {
  pgq::ConsumerOptions options;
  options.connect = Connect(consumer);
  options.queue = "q";
  options.consumer = consumer;
  options.poll_interval = std::chrono::milliseconds(20);
  options.longest_pause = std::chrono::milliseconds(20);
  return options;
}

void ClientTest::Register(const std::string& consumer) {
  admin().Exec("select pgq.register_consumer('q', '" + consumer + "')");
}

void ClientTest::InsertEvents(int from, int to) {
  admin().Exec("select pgq.insert_event('q', 't', i::text) from generate_series(" +
               std::to_string(from) + ", " + std::to_string(to) + ") i");
}

void ClientTest::Tick() {
  admin().Exec("select pgq.force_tick('q')");
  admin().Exec("select pgq.ticker('q')");
}

std::string ClientTest::ConsumerState(const std::string& column, const std::string& consumer) {
  return admin().Value("select " + column + " from pgq.get_consumer_info('q', '" + consumer + "')");
}

void ClientTest::KillSessions(const std::string& application_name) {
  admin().Exec(
      "select pg_terminate_backend(pid, 10000) from pg_stat_activity "
      "where application_name = '" +
      application_name + "'");
}

void ClientTest::MoveRetries() {
  while (admin().Value("select pgq.maint_retry_events()") != "0") {
  }
  Tick();
}

std::vector<std::string> DataOf(pgq::ActiveBatch& batch) {
  std::vector<std::string> data;
  batch.ForEach([&](const pgq::Event& event) { data.emplace_back(event.data_or_empty()); });
  return data;
}

std::vector<std::string> Numbers(int from, int to) {
  std::vector<std::string> numbers;
  for (int i = from; i <= to; ++i) numbers.push_back(std::to_string(i));
  return numbers;
}
