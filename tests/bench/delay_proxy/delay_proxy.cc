#include "bench/delay_proxy/delay_proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "bench/delay_proxy/delay_line.h"

namespace bench {
namespace {

using Clock = DelayLine::Clock;

[[noreturn]] void Fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Closes unless released.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

// Small messages leave at once, as PostgreSQL's own sockets have it.
void PrepareSocket(int fd) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // of no use to a Unix socket
}

sockaddr_in Ipv4(std::uint32_t host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = host;
  address.sin_port = htons(port);
  return address;
}

template <typename Address>
int ConnectTo(const Address& address) {
  Socket socket(::socket(reinterpret_cast<const sockaddr&>(address).sa_family,
                         SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.fd() < 0) return -1;
  if (connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return -1;
  PrepareSocket(socket.fd());
  return socket.Release();
}

}  // namespace

ServerAddress::ServerAddress(std::string text) : text_(std::move(text)) {
  if (text_.starts_with('/')) {
    if (text_.size() >= sizeof(sockaddr_un::sun_path))
      throw std::runtime_error("socket path too long: " + text_);
    return;
  }
  const std::size_t colon = text_.rfind(':');
  in_addr ignored{};
  const int port = colon == std::string::npos ? 0 : std::atoi(text_.c_str() + colon + 1);
  host_ = text_.substr(0, colon);
  if (port < 1 || port > 65535 || inet_pton(AF_INET, host_.c_str(), &ignored) != 1)
    throw std::runtime_error("not the path of a socket and not IPV4:PORT: \"" + text_ + "\"");
  port_ = static_cast<std::uint16_t>(port);
}

int ServerAddress::Connect() const {
  if (port_) return ConnectTo(Ipv4(inet_addr(host_.c_str()), port_));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, text_.c_str(), text_.size() + 1);
  return ConnectTo(address);
}

// One client and its connection to the server.
class DelayProxy::Relay {
 public:
  Relay(int client, int server, std::chrono::nanoseconds delay)
      : client_(client),
        server_(server),
        there_(client, server, delay),
        back_(server, client, delay) {}

  bool over() const { return broken_ || (there_.done() && back_.done()); }
  void AddTo(std::vector<pollfd>& polled, Clock::time_point now) const {
    Add(polled, client_.fd(), Events(there_, back_, now));
    Add(polled, server_.fd(), Events(back_, there_, now));
  }
  Clock::time_point NextDue(Clock::time_point now, Clock::time_point at_latest) const {
    for (const DelayLine* line : {&there_, &back_})
      // What is due already waits for its socket, not for the clock.
      if (const auto due = line->next_due(); due && *due > now)
        at_latest = std::min(at_latest, *due);
    return at_latest;
  }
  void Work(Clock::time_point now) {
    for (DelayLine* line : {&there_, &back_}) {
      if (line->wants_to_read() && !line->Read(now)) broken_ = true;
      if (!line->Write(now)) broken_ = true;
    }
  }

 private:
  static short Events(const DelayLine& in, const DelayLine& out, Clock::time_point now) {
    return static_cast<short>((in.wants_to_read() ? POLLIN : 0) |
                              (out.wants_to_write(now) ? POLLOUT : 0));
  }
  // A socket nothing is wanted of would still report that its peer has gone, again and again.
  static void Add(std::vector<pollfd>& polled, int fd, short events) {
    if (events != 0) polled.push_back({fd, events, 0});
  }
  Socket client_, server_;
  DelayLine there_, back_;
  bool broken_ = false;
};

DelayProxy::DelayProxy(ServerAddress server, std::chrono::nanoseconds round_trip,
                       std::uint16_t port)
    : server_(std::move(server)), delay_(round_trip / 2) {
  Socket listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  setsockopt(listener.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = Ipv4(htonl(INADDR_LOOPBACK), port);
  socklen_t size = sizeof address;
  if (bind(listener.fd(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener.fd(), SOMAXCONN) != 0 ||
      getsockname(listener.fd(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    Fail("could not listen on 127.0.0.1 port " + std::to_string(port));
  Socket stop(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (stop.fd() < 0) Fail("eventfd");
  port_ = ntohs(address.sin_port);
  listener_ = listener.Release();
  stop_ = stop.Release();
  thread_ = std::thread([this] { Run(); });
}

DelayProxy::~DelayProxy() {
  eventfd_write(stop_, 1);
  thread_.join();
  relays_.clear();
  close(listener_);
  close(stop_);
}

void DelayProxy::Run() {
  while (!stopping_) {
    WaitForWork();
    Accept();
    const Clock::time_point now = Clock::now();
    for (const auto& relay : relays_) relay->Work(now);
    std::erase_if(relays_, [](const auto& relay) { return relay->over(); });
  }
}

void DelayProxy::WaitForWork() {
  const Clock::time_point now = Clock::now();
  std::vector<pollfd> polled{{listener_, POLLIN, 0}, {stop_, POLLIN, 0}};
  Clock::time_point due = now + std::chrono::hours(1);
  for (const auto& relay : relays_) {
    relay->AddTo(polled, now);
    due = relay->NextDue(now, due);
  }
  const auto wait = due - now;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(wait);
  const timespec timeout{seconds.count(), (wait - seconds).count()};
  ppoll(polled.data(), polled.size(), &timeout, nullptr);
  stopping_ = polled[1].revents != 0;
}

void DelayProxy::Accept() {
  Socket client(accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
  if (client.fd() < 0) return;
  PrepareSocket(client.fd());
  Socket server(server_.Connect());
  if (server.fd() < 0) return;  // the client sees its connection closed
  const int client_fd = client.Release();
  relays_.push_back(std::make_unique<Relay>(client_fd, server.Release(), delay_));
}

}  // namespace bench
