// A TCP proxy on the loopback interface that makes a server seem far away: each direction of each
// connection is delayed by half the round trip, at full throughput. Needs no privileges, unlike
// netem.
//
// Works on a thread of its own from construction to destruction; the public functions may be called
// from any thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace bench {

// Where the server listens: a Unix socket's path, or HOST:PORT with a numeric IPv4 host.
class ServerAddress {
 public:
  explicit ServerAddress(std::string text);  // throws std::runtime_error
  int Connect() const;  // a non-blocking socket; -1 with errno when nobody listens

 private:
  std::string text_, host_;
  std::uint16_t port_ = 0;  // 0: text_ is the path of a Unix socket
};

class DelayProxy {
 public:
  // Listens on 127.0.0.1:`port`; 0: a free one. Throws std::runtime_error.
  DelayProxy(ServerAddress server, std::chrono::nanoseconds round_trip, std::uint16_t port = 0);
  ~DelayProxy();  // closes all connections
  DelayProxy(const DelayProxy&) = delete;
  DelayProxy& operator=(const DelayProxy&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  class Relay;
  void Run();
  void WaitForWork();
  void Accept();

  const ServerAddress server_;
  const std::chrono::nanoseconds delay_;
  int listener_ = -1, stop_ = -1;
  std::uint16_t port_ = 0;
  bool stopping_ = false;  // the thread's own
  std::vector<std::unique_ptr<Relay>> relays_;
  std::thread thread_;
};

}  // namespace bench
