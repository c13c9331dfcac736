// Prints the events of a queue as they come, until it is interrupted (Ctrl-C).
//
//   consume 'dbname=shop' orders printer
//
// The first start registers the consumer; from then on the queue keeps events for it, also while it
// does not run. `select pgq.unregister_consumer('orders', 'printer')` ends that.
#include <base/interrupt.h>
#include <pg/error.h>
#include <pgq/consumer.h>

#include <csignal>
#include <iostream>
#include <string>

namespace {

base::Interrupt interrupt;

void OnSignal(int) { interrupt.Stop(); }  // the batch at hand is finished first

void Print(pgq::ActiveBatch& batch) {
  batch.ForEach([](const pgq::Event& event) {
    std::cout << event.id << " " << event.type_or_empty() << ": " << event.data_or_empty() << "\n";
  });
  std::cout << std::flush;
}

pgq::AfterFailure Report(const pg::Failure& failure, base::Duration pause) {
  std::cerr << "consume: " << failure.message << "; trying again in " << pause.count() << " ms\n";
  return pgq::AfterFailure::kRetry;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: consume CONNECTION-STRING QUEUE CONSUMER\n";
    return 2;
  }
  std::signal(SIGINT, OnSignal);
  std::signal(SIGTERM, OnSignal);
  try {
    pgq::ConsumerOptions options;
    options.connect.connstr = argv[1];
    options.queue = argv[2];
    options.consumer = argv[3];
    options.on_failure = Report;
    pgq::Consumer consumer(options, interrupt);
    consumer.Run(Print);
    return 0;
  } catch (...) {
    std::cerr << "consume: " << pg::DescribeCurrentFailure().message << "\n";
    return 1;
  }
}
