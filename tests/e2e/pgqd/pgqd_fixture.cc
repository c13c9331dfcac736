#include "e2e/pgqd/pgqd_fixture.h"

#include "support/tree.h"

namespace pgqd_test {

using test_support::Process;
using test_support::Sql;

std::string PgqdPath() { return test_support::BinDir() + "/pgqd"; }

std::string Pgqd::CreateQueueDatabase(const std::string& name) {
  server_.CreateDatabase(name);
  Sql sql = Connect(name);
  sql.Exec(PgqScript());
  sql.Exec("select pgq.create_queue('q')");
  return name;
}

std::string Pgqd::WriteIni(const std::string& extra, const std::string& name) {
  const std::string connstr = server_.Connstr("x");
  return dir_.Write(name + ".ini", "[pgqd]\nlogfile = " + LogPath(name) + "\npidfile = " +
                                       PidPath(name) + "\nsyslog = 0\nbase_connstr = " +
                                       connstr.substr(0, connstr.find(" dbname=")) + "\n" + extra);
}

void Pgqd::Start(const std::string& extra, std::map<std::string, std::string> environment) {
  pgqd_ = std::make_unique<Process>(std::vector<std::string>{"pgqd", "-v", WriteIni(extra)},
                                    Process::Options{std::move(environment), ""});
}

void Pgqd::StartWithoutConnstr(const std::string& extra) {
  const std::string ini =
      dir_.Write("pgqd.ini", "[pgqd]\nlogfile = " + LogPath() + "\npidfile = " + PidPath() +
                                 "\nsyslog = 0\n" + extra);
  pgqd_ = std::make_unique<Process>(std::vector<std::string>{"pgqd", "-v", ini});
}

std::unique_ptr<Process> Pgqd::StartAnother(const std::string& name, const std::string& extra) {
  return std::make_unique<Process>(std::vector<std::string>{"pgqd", "-v", WriteIni(extra, name)});
}

int Pgqd::Stop() { return pgqd_->Stop(); }

testing::AssertionResult Pgqd::Logs(const std::string& text, const std::string& name) {
  const auto result = test_support::Eventually(kSoon, "log says \"" + text + "\"", [&] {
    return Log(name).find(text) != std::string::npos;
  });
  return result ? result
                : testing::AssertionFailure() << result.message() << "; the log:\n"
                                              << Log(name);
}

testing::AssertionResult Pgqd::Becomes(Sql& sql, const std::string& query,
                                       const std::string& value) {
  std::string last;
  const bool reached =
      test_support::WaitUntil(kSoon, [&] { return (last = sql.Value(query)) == value; });
  if (reached) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << query << " is " << last << ", not " << value << "; the log:\n"
         << Log();
}

void Pgqd::ExpectTicked(const std::string& database) {
  Sql sql = Connect(database);
  sql.Exec("select pgq.insert_event('q', 'type', 'probe')");
  EXPECT_TRUE(Becomes(
      sql, "select max(tick_event_seq) = (select last_value from pgq.event_1_id_seq) from pgq.tick",
      "t"))
      << database;
}

}  // namespace pgqd_test
