// What a user reads when a server cannot be reached or refuses the session.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "pg/error.h"
#include "server/pg/session_fixture.h"

namespace {

using namespace std::chrono_literals;

class ConnectFailedTest : public SessionTest {
 protected:
  pg::Failure Attempt(const std::string& connstr, base::Duration timeout = 10s) {
    pg::ConnectOptions options;
    options.connstr = connstr;
    options.connect_timeout = timeout;
    try {
      pg::Connection connection(options, interrupt_);
    } catch (const std::exception&) {
      return pg::DescribeCurrentFailure();
    }
    ADD_FAILURE() << "connected";
    return {};
  }
};

// A TCP port on the loopback interface that takes connections and never says a word.
class SilentPort {
 public:
  SilentPort() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(listen(socket_, 5), 0);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }
  ~SilentPort() { close(socket_); }
  SilentPort(const SilentPort&) = delete;
  SilentPort& operator=(const SilentPort&) = delete;
  std::string Connstr() const {
    return "host=127.0.0.1 port=" + std::to_string(port_) + " dbname=x user=y";
  }

 private:
  int socket_;
  int port_ = 0;
};

TEST_F(ConnectFailedTest, MissingDatabaseIsNamedWithItsCode) {
  const auto failure = Attempt(Server().Connstr("nowhere"));
  EXPECT_EQ(failure.kind, pg::FailureKind::kConnectFailed);
  EXPECT_EQ(failure.sqlstate, "3D000");
  EXPECT_NE(failure.message.find("database \"nowhere\" does not exist"), std::string::npos)
      << failure.message;
  EXPECT_EQ(failure.message.find('\n'), std::string::npos);
  EXPECT_TRUE(failure.message.starts_with("could not connect to \"")) << failure.message;
  EXPECT_FALSE(failure.hint.empty());
}

TEST_F(ConnectFailedTest, AbsentServerHasAHintAndNoCode) {
  const auto failure = Attempt("host=/tmp/nowhere-at-all dbname=x user=y");
  EXPECT_EQ(failure.kind, pg::FailureKind::kConnectFailed);
  EXPECT_EQ(failure.sqlstate, "");
  EXPECT_NE(failure.message.find("No such file or directory"), std::string::npos)
      << failure.message;
  EXPECT_NE(failure.hint.find("Is the server running"), std::string::npos) << failure.hint;
}

TEST_F(ConnectFailedTest, PasswordIsNeverShown) {
  for (const std::string& connstr : {Server().Connstr("nowhere") + " password=geheim",
                                     std::string("host=/tmp/nowhere-at-all password=geheim"),
                                     std::string("host=/tmp password=very geheim")}) {
    const auto failure = Attempt(connstr);
    EXPECT_EQ(failure.message.find("geheim"), std::string::npos) << failure.message;
    EXPECT_EQ(failure.hint.find("geheim"), std::string::npos) << failure.hint;
  }
}

TEST_F(ConnectFailedTest, WrongPasswordNamesTheUserAndNotThePassword) {
  test_support::PostgresServer strict({"password_encryption = 'scram-sha-256'"});
  test_support::Sql sql(strict.Connstr());
  sql.Exec("create role joe login password 'right'");
  const std::string hba = sql.Value("show hba_file");
  std::FILE* file = std::fopen(hba.c_str(), "w");
  ASSERT_NE(file, nullptr);
  std::fputs("local all postgres trust\nlocal all all scram-sha-256\n", file);
  std::fclose(file);
  sql.Exec("select pg_reload_conf()");
  pg::Failure failure;
  // The reload arrives a moment later; until then joe is trusted.
  for (int attempt = 0; attempt < 500 && failure.sqlstate.empty(); ++attempt) {
    pg::ConnectOptions options;
    options.connstr = strict.Connstr() + " user=joe password=geheim";
    try {
      pg::Connection connection(options, interrupt_);
    } catch (const std::exception&) {
      failure = pg::DescribeCurrentFailure();
    }
  }
  EXPECT_EQ(failure.sqlstate, "28P01");
  EXPECT_NE(failure.message.find("password authentication failed for user \"joe\""),
            std::string::npos)
      << failure.message;
  EXPECT_EQ(failure.message.find("geheim"), std::string::npos) << failure.message;
  EXPECT_NE(failure.message.find("password=***"), std::string::npos) << failure.message;
}

TEST_F(ConnectFailedTest, SilentServerRunsIntoTheTimeout) {
  const SilentPort port;
  const auto failure = Attempt(port.Connstr(), 50ms);
  EXPECT_EQ(failure.kind, pg::FailureKind::kConnectFailed);
  EXPECT_NE(failure.message.find("timeout expired"), std::string::npos) << failure.message;
}

TEST_F(ConnectFailedTest, AttemptIsInterruptible) {
  const SilentPort port;
  std::thread canceller([this] { interrupt_.Cancel(); });
  pg::ConnectOptions options;
  options.connstr = port.Connstr();
  options.connect_timeout = 60s;
  EXPECT_THROW(pg::Connection(options, interrupt_), base::Interrupted);
  canceller.join();
}

}  // namespace
