#include "pgqd/threads/service_thread.h"

#include <malloc.h>
#include <pthread.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <exception>
#include <utility>

#include "base/error.h"

namespace pgqd {
namespace {

constexpr std::size_t kStackBytes = 256 * 1024;

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

base::CancellableThread::Work ServiceWork(std::string name, base::CancellableThread::Work work) {
  return [name = std::move(name), work = std::move(work)](base::Interrupt& interrupt) {
    pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
    try {
      work(interrupt);
    } catch (const base::Interrupted&) {
      // asked for
    } catch (const std::exception& error) {
      spdlog::critical("thread {} ended: {}", name, error.what());
    }
  };
}

}  // namespace pgqd
