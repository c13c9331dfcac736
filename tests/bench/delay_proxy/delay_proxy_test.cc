#include "bench/delay_proxy/delay_proxy.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <random>

#include "support/postgres_server.h"
#include "support/process.h"
#include "support/sql.h"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Sends each connection's bytes back, and its end.
class EchoServer {
 public:
  EchoServer() : path_(dir_.path() + "/echo") {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    listener_ = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    thread_ = std::thread([this] { Serve(); });
  }
  ~EchoServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  const std::string& path() const { return path_; }

 private:
  void Serve() {
    for (int fd; (fd = accept(listener_, nullptr, nullptr)) >= 0; close(fd)) {
      std::vector<char> buffer(100'000);
      for (ssize_t got; (got = recv(fd, buffer.data(), buffer.size(), 0)) > 0;)
        send(fd, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
    }
  }
  test_support::TempDir dir_;
  std::string path_;
  int listener_ = -1;
  std::thread thread_;
};

class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { close(fd_); }
  void Send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      ASSERT_GT(sent, 0);
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void End() const { shutdown(fd_, SHUT_WR); }
  std::string ReceiveAll() const {
    std::string all;
    std::vector<char> buffer(100'000);
    for (ssize_t got; (got = recv(fd_, buffer.data(), buffer.size(), 0)) > 0;)
      all.append(buffer.data(), static_cast<std::size_t>(got));
    return all;
  }
  char ReceiveByte() const {
    char byte = 0;
    EXPECT_EQ(recv(fd_, &byte, 1, 0), 1);
    return byte;
  }

 private:
  int fd_;
};

std::string RandomBytes(std::size_t size) {
  std::mt19937_64 random(7);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

TEST(DelayProxyTest, DelaysEachRoundTrip) {
  const EchoServer server;
  const DelayProxy proxy(ServerAddress(server.path()), milliseconds(20));
  const Client client(proxy.port());
  for (const char* byte : {"a", "b", "c"}) {
    const Clock::time_point start = Clock::now();
    client.Send(byte);
    EXPECT_EQ(client.ReceiveByte(), *byte);
    EXPECT_GE(Clock::now() - start, milliseconds(20));
  }
}

TEST(DelayProxyTest, LosesAndReordersNothing) {
  const std::string bytes = RandomBytes(30'000'000);
  for (const int round_trip_ms : {0, 1, 10}) {
    const EchoServer server;
    const DelayProxy proxy(ServerAddress(server.path()), milliseconds(round_trip_ms));
    const Client client(proxy.port());
    std::thread sender([&] {
      client.Send(bytes);
      client.End();
    });
    const std::string received = client.ReceiveAll();
    sender.join();
    EXPECT_EQ(received.size(), bytes.size());
    EXPECT_TRUE(received == bytes) << "round trip " << round_trip_ms;
  }
}

TEST(DelayProxyTest, PassesOnTheEndAfterTheBytes) {
  const EchoServer server;
  const DelayProxy proxy(ServerAddress(server.path()), milliseconds(4));
  const Client client(proxy.port());
  client.Send("last words");
  client.End();
  EXPECT_EQ(client.ReceiveAll(), "last words");
}

TEST(DelayProxyTest, ClosesWhenNobodyListens) {
  const test_support::TempDir dir;
  const DelayProxy proxy(ServerAddress(dir.path() + "/nobody"), milliseconds(0));
  EXPECT_EQ(Client(proxy.port()).ReceiveAll(), "");
}

TEST(DelayProxyTest, ChainsThroughTcp) {
  const EchoServer server;
  const DelayProxy near(ServerAddress(server.path()), milliseconds(4));
  const DelayProxy far(ServerAddress("127.0.0.1:" + std::to_string(near.port())), milliseconds(6));
  const Client client(far.port());
  const Clock::time_point start = Clock::now();
  client.Send("x");
  EXPECT_EQ(client.ReceiveByte(), 'x');
  EXPECT_GE(Clock::now() - start, milliseconds(10));
}

TEST(DelayProxyTest, CarriesASessionWithPostgres) {
  const test_support::PostgresServer server;
  const DelayProxy proxy(ServerAddress(server.socket_dir() + "/.s.PGSQL.5432"), milliseconds(2));
  test_support::Sql sql("host=127.0.0.1 user=postgres dbname=postgres port=" +
                        std::to_string(proxy.port()));
  EXPECT_EQ(sql.Value("select count(*) from generate_series(1, 200000)"), "200000");
  EXPECT_EQ(sql.Text("select repeat('x', 3)"), "xxx\n");
}

TEST(ServerAddressTest, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "localhost:5432", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000"})
    EXPECT_THROW(ServerAddress{text}, std::runtime_error) << text;
  EXPECT_THROW(ServerAddress("/" + std::string(200, 'x')), std::runtime_error);
}

}  // namespace
}  // namespace bench
