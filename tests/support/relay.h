// A relay before a server that can stop to forward, while every connection stays open: what a
// hanging proxy, firewall or machine looks like.
#pragma once

#include <atomic>
#include <list>
#include <string>
#include <thread>

#include "support/postgres_server.h"

namespace test_support {

class Relay {
 public:
  explicit Relay(const PostgresServer& server);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  std::string Connstr(const std::string& database) const;
  // The same place, as words of an INI file or a list of hosts.
  const std::string& socket_dir() const { return dir_; }
  static constexpr const char* kPort = "5433";

  // Nothing is forwarded any more; connections are accepted.
  void Freeze() { frozen_ = frozen_old_ = true; }
  // Nothing of the connections that are open.
  void FreezeOpenOnes() { frozen_old_ = true; }
  void Thaw() { frozen_ = frozen_old_ = false; }

 private:
  struct Pair {
    int client, server;
    bool old = false;
  };
  void Run();
  void Accept();
  static bool Forward(int from, int to);

  std::string dir_, server_socket_;
  int listener_ = -1, wake_[2] = {-1, -1};
  std::atomic<bool> frozen_{false}, frozen_old_{false};
  std::list<Pair> pairs_;
  std::thread thread_;
};

}  // namespace test_support
