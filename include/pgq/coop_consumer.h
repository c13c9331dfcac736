// A consumer whose batches are shared out among processes: Consumer's loop, on schema pgq_coop.
//
// Each process is a subconsumer with a name of its own. A batch goes to one of them; batches are
// worked on at the same time, so their order is not kept. With a dead interval, the batch of a
// subconsumer that died is taken over by another. A handler that takes longer than the interval
// loses its batch: it is worked on twice, and ending it fails (`batch … does not belong to this
// consumer any more`).
#pragma once

#include <memory>

#include "pgq/consumer.h"
#include "pgq/coop_batch.h"

namespace pgq {

class CoopConsumer {
 public:
  // As Consumer. options.first_tick places a new consumer; subconsumers have no place of their own.
  // Throws base::Error for an empty name.
  CoopConsumer(ConsumerOptions options, Subconsumer subconsumer, base::Interrupt& interrupt);
  ~CoopConsumer();
  CoopConsumer(const CoopConsumer&) = delete;
  CoopConsumer& operator=(const CoopConsumer&) = delete;

  void Run(const BatchCallback& handler);         // as Consumer::Run
  bool ProcessOne(const BatchCallback& handler);  // as Consumer::ProcessOne

 private:
  std::unique_ptr<class ConsumerLoop> loop_;
};

}  // namespace pgq
