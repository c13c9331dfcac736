// A thread with its Interrupt: started at construction, cancelled and joined at destruction.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "base/interrupt.h"

namespace pgqd {

class ServiceThread {
 public:
  using Body = std::function<void(base::Interrupt&)>;

  // `name` (15 bytes are kept) shows in ps -L. `body` returns when its Interrupt is stopping;
  // base::Interrupted may leave it.
  ServiceThread(const std::string& name, Body body);
  ~ServiceThread();  // cancels what runs, again and again until the thread has ended
  ServiceThread(const ServiceThread&) = delete;
  ServiceThread& operator=(const ServiceThread&) = delete;

  void Wake() { interrupt_.Wake(); }
  void Stop() { interrupt_.Stop(); }
  void Cancel() { interrupt_.Cancel(); }
  bool ended() const { return ended_; }

 private:
  void Run(const std::string& name, const Body& body);
  base::Interrupt interrupt_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

// Call once, before the first thread: small stacks, few heaps, as many descriptors as the system
// allows. There may be hundreds of threads, all doing little.
void PrepareForManyThreads();

}  // namespace pgqd
