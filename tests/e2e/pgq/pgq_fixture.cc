#include "e2e/pgq/pgq_fixture.h"

#include "support/tree.h"

namespace pgq_test {

test_support::PostgresServer& PgqTest::server() {
  static test_support::PostgresServer shared({"max_prepared_transactions = 5"});
  return shared;
}

PgqTest::PgqTest() {
  static int number = 0;
  database_ = "queues" + std::to_string(++number);
  target_database_ = "target" + std::to_string(number);
  server().CreateDatabaseWithSchemas(database_);
  source_ = std::make_unique<Sql>(SourceConnstr());
  source_->Exec("select pgq.create_queue('q')");
}

Sql& PgqTest::target() {
  if (target_) return *target_;
  server().CreateDatabaseWithSchemas(target_database_);
  target_ = std::make_unique<Sql>(server().Connstr(target_database_));
  target_->Exec(test_support::ReadWholeFile(test_support::BundleDir() + "/pgq_ext.sql"));
  return *target_;
}

RunResult PgqTest::Pgq(std::vector<std::string> words) const {
  words.insert(words.end(), {"-d", SourceConnstr()});
  return Plain(std::move(words));
}

RunResult PgqTest::Plain(std::vector<std::string> words) {
  words.insert(words.begin(), "pgq");
  return test_support::Run(std::move(words));
}

void PgqTest::Insert(const std::string& type, const std::string& data, const std::string& extra1) {
  source().Exec("select pgq.insert_event('q', '" + type + "', '" + data + "', '" + extra1 +
                "', null, null, null)");
}

void PgqTest::Tick() {
  source().Exec("select pgq.force_tick('q')");
  source().Exec("select pgq.ticker('q')");
}

std::string PgqTest::ConsumerState(const std::string& column, const std::string& consumer) {
  return source().Value("select " + column + " from pgq.get_consumer_info('q', '" + consumer +
                        "')");
}

}  // namespace pgq_test
