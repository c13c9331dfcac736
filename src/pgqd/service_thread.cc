#include "pgqd/service_thread.h"

#include <malloc.h>
#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <chrono>
#include <exception>

#include "base/error.h"

namespace pgqd {
namespace {

constexpr std::size_t kStackBytes = 256 * 1024;
constexpr int kCancelAgainMs = 100;

}  // namespace

void PrepareForManyThreads() {
  // A database takes up to nine: three threads, each with two to be woken by and a connection.
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
// Sanitizers keep megabytes of thread-local variables on it.
#if defined(__GLIBC__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
  // std::thread takes no attributes; glibc lets the default be changed. Only pages that were
  // touched count, but a small stack also keeps address space low where it is limited.
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) == 0) {
    if (pthread_attr_setstacksize(&attributes, kStackBytes) == 0)
      pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
  }
  mallopt(M_ARENA_MAX, 2);
#endif
}

ServiceThread::ServiceThread(const std::string& name, Body body)
    : thread_([this, name, body = std::move(body)] { Run(name, body); }) {}

ServiceThread::~ServiceThread() {
  // A cancel request may reach the server between two statements and be lost there, so it is
  // repeated.
  for (int ms = 0; !ended_; ++ms) {
    if (ms % kCancelAgainMs == 0) interrupt_.Cancel();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  thread_.join();
}

void ServiceThread::Run(const std::string& name, const Body& body) {
  pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
  try {
    body(interrupt_);
  } catch (const base::Interrupted&) {
    // asked for
  } catch (const std::exception& error) {
    spdlog::critical("thread {} ended: {}", name, error.what());
  }
  ended_ = true;
}

}  // namespace pgqd
