#include "soak/chaos.h"

#include <signal.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "soak/schema.h"
#include "support/sql.h"

namespace soak {
namespace {

using namespace std::chrono_literals;
using test_support::PgqForm;
using test_support::Process;
using test_support::Sql;

constexpr int kWriters = 4;

void MustRun(const std::string& name, Process& process) {
  if (process.Running()) return;
  throw std::runtime_error(name + " ended by itself, status " +
                           std::to_string(process.Wait(0ms).value_or(-1)) + ":\n" +
                           process.Stderr());
}

}  // namespace

Chaos::Chaos(std::uint64_t seed, PgqForm form)
    : random_(seed), server_({"max_prepared_transactions = 10", "autovacuum = on"}) {
  server_.CreateDatabase("soak");
  Sql sql(Connstr());
  sql.Exec(test_support::PgqSchema(form, server_));
  sql.Exec(kTables);
  for (const char* kind : {"plain", "keeper", "exact"}) StartConsumer(kind);
  StartPgqd();
  for (int number = 1; number <= kWriters; ++number)
    writers_.push_back(std::make_unique<Writer>(Connstr(), number, random_()));
}

void Chaos::StartPgqd() {
  const std::string base = server_.Connstr("postgres");
  const std::string ini = dir_.Write(
      "pgqd.ini",
      "[pgqd]\nsyslog = 0\nlogfile = " + dir_.path() + "/pgqd.log\npidfile = " + dir_.path() +
          "/pgqd.pid\nbase_connstr = " + base.substr(0, base.find(" dbname=")) +
          "\ncheck_period = 1\nticker_period = 0.2\nretry_period = 0.5\nmaint_period = 2\n");
  pgqd_ = std::make_unique<Process>(std::vector<std::string>{"pgqd", ini});
}

void Chaos::StartConsumer(const std::string& kind) {
  consumers_[kind] = std::make_unique<Process>(std::vector<std::string>{
      "/proc/self/exe", "--consumer", kind, Connstr(), std::to_string(random_())});
}

void Chaos::Strike() {
  const int chance = Below(100);
  std::string victim;
  if (chance < 25) {
    victim = "pgqd";
    pgqd_->Kill();
  } else if (chance < 75) {
    const auto consumer = std::next(consumers_.begin(), Below(static_cast<int>(consumers_.size())));
    victim = consumer->first;
    consumer->second->Kill();
  } else if (chance < 85) {
    victim = "a backend";  // the postmaster then ends all others and recovers
    Sql sql(Connstr());
    const std::string pid = sql.Value(
        "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> "
        "pg_backend_pid() order by random()");
    if (pid != "(none)") kill(std::stoi(pid), SIGKILL);
  } else {
    victim = "the server";
    server_.CrashRestart();
  }
  ++kills_[victim];
}

void Chaos::Revive() {
  for (const auto& [kind, process] : consumers_) {
    if (process->Wait(0ms) == 128 + SIGKILL)
      StartConsumer(kind);
    else
      MustRun("consumer " + kind, *process);
  }
  if (pgqd_->Wait(0ms) == 128 + SIGKILL)
    StartPgqd();
  else
    MustRun("pgqd", *pgqd_);
}

void Chaos::EndWriters() {
  for (const auto& writer : writers_) writer->Stop();
  for (const auto& writer : writers_) writer->Join();
  Sql sql(Connstr());
  for (const auto& row : sql.Exec("select gid from pg_catalog.pg_prepared_xacts"))
    sql.Exec("commit prepared '" + row[0].value() + "'");
}

std::string Chaos::Summary() const {
  std::ostringstream text;
  text << "killed";
  for (const auto& [victim, count] : kills_)
    text << " " << victim << " " << count << (victim == kills_.rbegin()->first ? "" : ",");
  long committed = 0, rolled_back = 0, prepared = 0, lost = 0, serialization = 0, events = 0;
  for (const auto& writer : writers_) {
    const WriterCounts& counts = writer->counts();
    committed += counts.committed;
    rolled_back += counts.rolled_back;
    prepared += counts.prepared;
    lost += counts.lost_connections;
    serialization += counts.serialization_failures;
    events += counts.events;
  }
  text << "; transactions: " << committed << " committed, " << rolled_back
       << " rolled back (of these " << prepared << " prepared), " << lost << " connections lost, "
       << serialization << " serialization failures; " << events << " events tried";
  return text.str();
}

std::vector<std::string> Chaos::Surprises() const {
  std::vector<std::string> all;
  for (const auto& writer : writers_)
    for (const std::string& words : writer->Surprises()) all.push_back(words);
  return all;
}

void Chaos::Keep(const std::string& folder) {
  for (const auto& [kind, process] : consumers_) process->Kill();
  pgqd_->Kill();
  server_.Stop();
  std::filesystem::create_directories(folder);
  std::filesystem::copy(dir_.path(), folder + "/programs",
                        std::filesystem::copy_options::recursive);
  std::filesystem::copy(server_.socket_dir(), folder + "/server",
                        std::filesystem::copy_options::recursive);
}

}  // namespace soak
