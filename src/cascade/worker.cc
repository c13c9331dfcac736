#include "cascade/worker.h"

#include <utility>

#include "cascade/worker_loop.h"

namespace cascade {

Worker::Worker(WorkerOptions options, BatchHandler& handler, WorkerObserver& observer,
               pgq::Conditions& conditions, base::Interrupt& interrupt)
    : loop_(std::make_unique<WorkerLoop>(std::move(options), handler, observer, conditions,
                                         interrupt)) {}

Worker::~Worker() = default;

void Worker::Run() { loop_->Run(); }

void Worker::Reconfigure(WorkerOptions options) { loop_->Reconfigure(std::move(options)); }

}  // namespace cascade
