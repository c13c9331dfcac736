// Several hosts in a connection string, some of which never answer.
#include <gmock/gmock.h>

#include "pg/error.h"
#include "server/pg/session_fixture.h"
#include "support/relay.h"

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class ConnectHostsTest : public SessionTest {
 protected:
  ConnectHostsTest() { silent_.Freeze(); }

  // `hosts`: pairs of folder and port.
  static std::string Hosts(const std::vector<std::pair<std::string, std::string>>& hosts) {
    std::string names, ports;
    for (const auto& [host, port] : hosts) {
      names += (names.empty() ? "" : ",") + host;
      ports += (ports.empty() ? "" : ",") + port;
    }
    return "host=" + names + " port=" + ports;
  }
  std::pair<std::string, std::string> Silent() const {
    return {silent_.socket_dir(), test_support::Relay::kPort};
  }
  static std::pair<std::string, std::string> At(const test_support::PostgresServer& server) {
    return {server.socket_dir(), "5432"};
  }
  std::unique_ptr<pg::Connection> Open(const std::string& hosts, const std::string& more = "") {
    pg::ConnectOptions options;
    options.connstr = hosts + " user=postgres dbname=" + database_ + " " + more;
    options.connect_timeout = 200ms;
    return std::make_unique<pg::Connection>(options, interrupt_);
  }
  std::string Failure(const std::string& hosts, const std::string& more = "") {
    try {
      Open(hosts, more);
    } catch (const pg::ConnectFailed& failure) {
      return failure.what();
    }
    ADD_FAILURE() << "connected";
    return {};
  }

  test_support::Relay silent_{Server()};
};

TEST_F(ConnectHostsTest, ASilentFirstHostDoesNotKeepItFromTheSecond) {
  const auto connection = Open(Hosts({Silent(), At(Server())}));
  EXPECT_EQ(PQhost(connection->native()), Server().socket_dir());
  EXPECT_EQ(pg::ExecAutocommit(*connection, "show datestyle")[0][0].as<std::string>().substr(0, 3),
            "ISO");
}

TEST_F(ConnectHostsTest, ConnectTimeoutIsForEachHost) {
  const auto connection = Open(Hosts({Silent(), Silent(), At(Server())}), "connect_timeout=1");
  EXPECT_EQ(PQhost(connection->native()), Server().socket_dir());
}

TEST_F(ConnectHostsTest, EachHostIsNamedWithItsReason) {
  const std::string failure = Failure(Hosts({Silent(), {"/tmp/nowhere-at-all", "5432"}, Silent()}));
  EXPECT_THAT(failure,
              HasSubstr(silent_.socket_dir() + "/.s.PGSQL.5433\" failed: timeout expired"));
  EXPECT_THAT(failure, HasSubstr("/tmp/nowhere-at-all/.s.PGSQL.5432\" failed: No such file"));
  EXPECT_EQ(failure.find('\n'), std::string::npos);
}

TEST_F(ConnectHostsTest, AServerThatRefusesDecides) {
  const std::string failure = Failure(Hosts({Silent(), At(Server()), Silent()}), "dbname=nowhere");
  EXPECT_THAT(failure, HasSubstr("timeout expired; "));
  EXPECT_THAT(failure, HasSubstr("database \"nowhere\" does not exist"));
  EXPECT_EQ(failure.find("timeout"), failure.rfind("timeout")) << failure;
}

TEST_F(ConnectHostsTest, TheWantedKindOfServerIsLookedFor) {
  test_support::PostgresServer read_only({"default_transaction_read_only = on"});
  const std::string hosts = Hosts({Silent(), At(read_only), At(Server())});
  EXPECT_EQ(PQhost(Open(hosts, "target_session_attrs=read-write dbname=postgres")->native()),
            Server().socket_dir());
  EXPECT_EQ(PQhost(Open(hosts, "target_session_attrs=read-only dbname=postgres")->native()),
            read_only.socket_dir());
  // No standby anywhere: the second round takes what there is.
  EXPECT_EQ(
      PQhost(
          Open(Hosts({Silent(), At(Server())}), "target_session_attrs=prefer-standby")->native()),
      Server().socket_dir());
  EXPECT_THAT(Failure(hosts, "target_session_attrs=standby dbname=postgres"),
              HasSubstr("server is not in hot standby mode"));
}

TEST_F(ConnectHostsTest, HostsOfTheEnvironmentAreTriedInTurnToo) {
  const auto silent = Silent(), server = At(Server());
  setenv("PGHOST", (silent.first + "," + server.first).c_str(), 1);
  setenv("PGPORT", (silent.second + "," + server.second).c_str(), 1);
  const auto connection = Open("");
  unsetenv("PGHOST");
  unsetenv("PGPORT");
  EXPECT_EQ(PQhost(connection->native()), Server().socket_dir());
}

TEST_F(ConnectHostsTest, ListsThatDoNotMatchAreNamedByLibpq) {
  EXPECT_THAT(Failure("host=/tmp,/tmp port=1,2,3"), HasSubstr("could not match 3 port numbers"));
  EXPECT_THAT(Failure("host=a hostaddr=127.0.0.1,127.0.0.2"), HasSubstr("could not match"));
}

}  // namespace
