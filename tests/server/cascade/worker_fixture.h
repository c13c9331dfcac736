// A worker's loop on a thread of the test, between the two nodes of CascadeTest.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "cascade/worker.h"
#include "server/cascade/cascade_fixture.h"
#include "support/eventually.h"

namespace cascade {

using namespace std::chrono_literals;
using test_support::Eventually;

class RememberingObserver final : public WorkerObserver {
 public:
  void Log(Severity severity, const std::string& line) override {
    const std::lock_guard lock(mutex_);
    if (severity == Severity::kError) ++errors_;
    log_ += line + "\n";
  }
  void Started(const NodeInfo*) override { started = true; }
  void ConditionChanged(const pgq::ConditionChange& change) override {
    const std::lock_guard lock(mutex_);
    log_ += "condition " + change.condition.kind + " " + std::to_string(int(change.what)) + "\n";
  }
  void Applied(const BatchContext&, const BatchStats&) override { ++applied; }
  std::string log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }
  std::atomic<bool> started{false};
  std::atomic<int> applied{0};

 private:
  std::mutex mutex_;
  std::string log_;
  int errors_ = 0;
};

class WorkerTest : public CascadeTest {
 protected:
  ~WorkerTest() override { StopWorker(); }

  WorkerOptions Options() const {
    WorkerOptions options;
    options.job_name = options.consumer = "worker";
    options.queue = "q";
    options.local_connstr = node_connstr_;
    options.application_name = "worker";
    options.wake_channel = "wake_q";
    options.loop_delay = 20ms;
    options.exception_sleep = exception_sleep_;
    options.global_wm_publish_period = global_wm_publish_period_;
    options.local_wm_publish_period = watermark_period_;
    return options;
  }
  void StartWorker() {
    const WorkerOptions options = Options();
    worker_interrupt_ = std::make_unique<base::Interrupt>();
    worker_ =
        std::make_unique<Worker>(options, handler_, observer_, conditions_, *worker_interrupt_);
    thread_ = std::thread([this] { worker_->Run(); });
  }
  void StopWorker() {
    if (!thread_.joinable()) return;
    worker_interrupt_->Stop();
    thread_.join();
    worker_.reset();  // its listener wakes the interrupt until then
  }
  std::string State(const std::string& column) {
    return node_->Value("select " + column +
                        " from pgq_node.local_state where consumer_name = 'worker'");
  }
  std::string Conditions() {
    return node_->Value(
        "select string_agg(kind || ' ' || subject || ' ' || severity || ': ' || message, '; ') "
        "from pgq.condition");
  }
  std::string Applied() {
    return node_->Value("select string_agg(data, ',' order by ev_id) from applied");
  }
  testing::AssertionResult AppliedBecomes(const std::string& expected) {
    return Eventually(10s, "applied = " + expected, [&] { return Applied() == expected; });
  }

  base::Duration exception_sleep_{200}, global_wm_publish_period_{300'000},
      watermark_period_{300'000};
  RecordingHandler handler_;
  RememberingObserver observer_;
  pgq::Conditions conditions_{"q"};
  std::unique_ptr<base::Interrupt> worker_interrupt_;
  std::unique_ptr<Worker> worker_;
  std::thread thread_;
};

}  // namespace cascade
