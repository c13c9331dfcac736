#include "pg/cancel_target.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <system_error>
#include <thread>

#include "pg/cancel_request.h"

namespace pg {

struct CancelTarget::Request {
  explicit Request(PGconn* session) : cancel(session) {}

  CancelRequest cancel;
  std::atomic<bool> under_way{false};
};

CancelTarget::CancelTarget(PGconn* session)
    : request_(std::make_shared<Request>(session)),
      socket_(fcntl(PQsocket(session), F_DUPFD_CLOEXEC, 0)) {}

CancelTarget::~CancelTarget() {
  if (socket_ >= 0) close(socket_);
}

void CancelTarget::Fire() noexcept {
  const auto now = base::Clock::now();
  if (!first_) first_ = now;
  if (now - *first_ >= std::chrono::seconds(2)) {
    if (socket_ >= 0) shutdown(socket_, SHUT_RDWR);
    return;
  }
  if (request_->under_way.exchange(true)) return;
  try {
    std::thread([request = request_] {
      request->cancel.Send();
      request->under_way = false;
    }).detach();
  } catch (const std::system_error&) {
    request_->under_way = false;  // no thread to be had: the next call, or the shutdown, will do
  }
}

}  // namespace pg
