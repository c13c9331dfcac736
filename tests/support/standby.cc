#include "support/standby.h"

#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>

#include "support/eventually.h"
#include "support/process.h"
#include "support/sql.h"

namespace test_support {
namespace {

using namespace std::chrono_literals;

void Shell(const std::string& command) {
  const RunResult result = Run({"/bin/sh", "-c", command});
  if (result.status != 0) throw std::runtime_error(command + "\n" + result.err);
}

void Copy(PostgresServer& copy, const PostgresServer& of, const std::string& options) {
  copy.Stop();
  const std::string data = copy.data_dir(), conf = data + "/postgresql.conf";
  TempDir dir;
  dir.Write("own.conf", ReadWholeFile(conf));
  Shell("rm -rf '" + data + "'");
  Shell("'" + PostgresBinDir() + "/pg_basebackup' -c fast -X stream " + options + " -d '" +
        of.Connstr() + "' -D '" + data + "'");
  Shell("cp '" + dir.path() + "/own.conf' '" + conf + "'");
  if (getuid() == 0) Shell("chown -R postgres '" + data + "'");
  copy.Start();
}

void Await(const PostgresServer& server, const std::string& query, const std::string& expected) {
  Sql sql(server.Connstr());
  if (!WaitUntil(30s, [&] { return sql.Value(query) == expected; }))
    throw std::runtime_error("not " + expected + ": " + query);
}

}  // namespace

void MakeStandby(PostgresServer& copy, const PostgresServer& of) { Copy(copy, of, "-R"); }

void MakeClone(PostgresServer& copy, const PostgresServer& of) { Copy(copy, of, ""); }

void Disconnect(const PostgresServer& standby) {
  Sql sql(standby.Connstr());
  sql.Exec("alter system set primary_conninfo = ''");
  sql.Exec("select pg_reload_conf()");
  Await(standby, "select count(*) from pg_stat_wal_receiver", "0");
}

void Promote(const PostgresServer& standby) {
  Sql(standby.Connstr()).Exec("select pg_promote()");
  Await(standby, "select pg_is_in_recovery()", "f");
}

}  // namespace test_support
