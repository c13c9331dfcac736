#include "bench/delay_proxy/delay_line.h"

#include <sys/socket.h>

#include <cerrno>
#include <vector>

namespace bench {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

bool MayTryAgain() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

std::optional<DelayLine::Clock::time_point> DelayLine::next_due() const {
  if (pieces_.empty()) return std::nullopt;
  return pieces_.front().due;
}

bool DelayLine::Read(Clock::time_point now) {
  thread_local std::vector<char> buffer(kPiece);
  const ssize_t got = recv(from_, buffer.data(), buffer.size(), 0);
  if (got < 0) return MayTryAgain();
  const auto size = static_cast<std::size_t>(got);
  ended_ = size == 0;
  size_ += size;
  pieces_.push_back({now + delay_, std::string(buffer.data(), size)});
  return true;
}

bool DelayLine::Write(Clock::time_point now) {
  while (wants_to_write(now)) {
    const std::string& bytes = pieces_.front().bytes;
    if (bytes.empty()) {
      done_ = true;
      pieces_.clear();
      shutdown(to_, SHUT_WR);  // fails if the other side has gone already, which is as good
      return true;
    }
    const ssize_t sent =
        send(to_, bytes.data() + written_, bytes.size() - written_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return MayTryAgain();
    written_ += static_cast<std::size_t>(sent);
    size_ -= static_cast<std::size_t>(sent);
    if (written_ < bytes.size()) return true;
    pieces_.pop_front();
    written_ = 0;
  }
  return true;
}

}  // namespace bench
