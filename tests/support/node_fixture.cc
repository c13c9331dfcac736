#include "support/node_fixture.h"

#include <gtest/gtest.h>

namespace test_support {

Node::Node(const TempDir& dir, PostgresServer& server, std::string database, std::string name,
           std::string queue, std::string extra)
    : server_(server),
      database_(std::move(database)),
      name_(std::move(name)),
      queue_(std::move(queue)) {
  log_path_ = dir.path() + "/" + name_ + ".log";
  pid_path_ = dir.path() + "/" + name_ + ".pid";
  ini_ =
      dir.Write(name_ + ".ini", "[londiste]\njob_name = " + name_ + "_worker\ndb = " + connstr() +
                                    "\nqueue_name = " + queue_ + "\nlogfile = " + log_path_ +
                                    "\npidfile = " + pid_path_ + "\n" + extra + "\n");
}

Sql& Node::sql() {
  if (!sql_ || PQstatus(sql_->native()) != CONNECTION_OK) sql_ = std::make_unique<Sql>(connstr());
  return *sql_;
}

RunResult Node::Londiste(const std::vector<std::string>& words, std::chrono::seconds limit) const {
  std::vector<std::string> command{"londiste", ini_};
  command.insert(command.end(), words.begin(), words.end());
  return Run(std::move(command), {.limit = limit});
}

RunResult Node::MustLondiste(const std::vector<std::string>& words,
                             std::chrono::seconds limit) const {
  RunResult result = Londiste(words, limit);
  EXPECT_EQ(result.status, 0) << words.at(0) << " on " << name_ << ":\n"
                              << result.out << result.err;
  return result;
}

void Node::CreateRoot() const { MustLondiste({"create-root", name_, connstr()}); }
void Node::CreateLeaf(const Node& provider) const {
  MustLondiste({"create-leaf", name_, connstr(), "--provider=" + provider.connstr()});
}
void Node::CreateBranch(const Node& provider) const {
  MustLondiste({"create-branch", name_, connstr(), "--provider=" + provider.connstr()});
}

void Node::StartWorker(std::map<std::string, std::string> environment) {
  worker_ = std::make_unique<Process>(std::vector<std::string>{"londiste", ini_, "worker"},
                                      Process::Options{std::move(environment), ""});
}

int Node::StopWorker() {
  const int status = worker_->Stop();
  worker_.reset();
  return status;
}

std::unique_ptr<Process> StartPgqd(const TempDir& dir, const PostgresServer& server,
                                   const std::string& name, const std::string& extra,
                                   std::map<std::string, std::string> environment) {
  const std::string base = server.Connstr("postgres");
  // A new session costs most of what these tests cost: the database that never has PgQ is not asked
  // again and again whether it has. One that gets PgQ later is seen soon, not after a minute.
  test_support::Sql(base).Exec(
      "update pg_database set datistemplate = true where datname = "
      "'postgres'");
  std::string settings;
  for (const auto& [setting, value] :
       {std::pair("check_period", "3"), {"ticker_active_poll", "0.02"}})
    if (extra.find(setting) == std::string::npos)
      settings += std::string(setting) + " = " + value + "\n";
  const std::string ini =
      dir.Write(name + ".ini", "[pgqd]\n" + settings + "logfile = " + dir.path() + "/" + name +
                                   ".log\npidfile = " + dir.path() + "/" + name +
                                   ".pid\nsyslog = 0\nbase_connstr = " +
                                   base.substr(0, base.find(" dbname=")) + "\n" + extra + "\n");
  return std::make_unique<Process>(std::vector<std::string>{"pgqd", ini},
                                   Process::Options{std::move(environment), ""});
}

}  // namespace test_support
