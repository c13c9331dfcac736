#include "support/relay.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace test_support {
namespace {

sockaddr_un Address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

int NewSocket() { return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }

}  // namespace

Relay::Relay(const PostgresServer& server)
    : server_socket_(server.socket_dir() + "/.s.PGSQL.5432") {
  std::string name = "/tmp/relayXXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the relay");
  dir_ = name;
  const sockaddr_un address = Address(dir_ + "/.s.PGSQL." + kPort);
  listener_ = NewSocket();
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener_, 50) != 0 || pipe2(wake_, O_CLOEXEC) != 0)
    throw std::runtime_error("the relay cannot listen");
  thread_ = std::thread([this] { Run(); });
}

Relay::~Relay() {
  close(wake_[1]);
  thread_.join();
  for (const Pair& pair : pairs_) close(pair.client), close(pair.server);
  close(listener_);
  close(wake_[0]);
  unlink((dir_ + "/.s.PGSQL." + kPort).c_str());
  rmdir(dir_.c_str());
}

std::string Relay::Connstr(const std::string& database) const {
  return "host=" + dir_ + " port=" + kPort + " user=postgres dbname=" + database;
}

void Relay::Accept() {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int server = NewSocket();
  const sockaddr_un address = Address(server_socket_);
  if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    pairs_.push_back({client, server});
    return;
  }
  close(client);
  close(server);
}

bool Relay::Forward(int from, int to) {
  std::array<char, 8192> buffer;
  const ssize_t got = read(from, buffer.data(), buffer.size());
  if (got <= 0) return false;
  return send(to, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
}

void Relay::Run() {
  for (;;) {
    std::vector<pollfd> fds{{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (Pair& pair : pairs_) {
      const bool frozen = frozen_ || (frozen_old_ && pair.old);
      fds.push_back({frozen ? -1 : pair.client, POLLIN, 0});
      fds.push_back({frozen ? -1 : pair.server, POLLIN, 0});
      pair.old = pair.old || frozen_old_ == false;
    }
    // Looks at the switches now and then.
    if (poll(fds.data(), fds.size(), 5) < 0) return;
    if (fds[0].revents != 0) return;
    std::size_t at = 2;
    for (auto pair = pairs_.begin(); pair != pairs_.end(); at += 2) {
      const bool frozen = frozen_ || (frozen_old_ && pair->old);
      const bool good =
          frozen || ((fds[at].revents == 0 || Forward(pair->client, pair->server)) &&
                     (fds[at + 1].revents == 0 || Forward(pair->server, pair->client)));
      if (good) {
        ++pair;
        continue;
      }
      close(pair->client);
      close(pair->server);
      pair = pairs_.erase(pair);
    }
    if (fds[1].revents != 0) Accept();
  }
}

}  // namespace test_support
