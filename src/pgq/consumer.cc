#include "pgq/consumer.h"

#include <utility>

#include "pgq/consumer_loop.h"
#include "pgq/subscription.h"

namespace pgq {
namespace {

class PlainCalls : public ConsumerCalls {
 public:
  explicit PlainCalls(const ConsumerOptions& options)
      : queue_(options.queue),
        consumer_(options.consumer),
        first_tick_(options.first_tick),
        size_(options.batch_size) {}

  void Register(pqxx::transaction_base& transaction) const override {
    if (first_tick_) {
      RegisterConsumerAt(transaction, queue_, consumer_, *first_tick_);
    } else {
      RegisterConsumer(transaction, queue_, consumer_);
    }
  }
  std::optional<Batch> Next(pg::Connection& connection) const override {
    return NextBatch(connection, queue_, consumer_, size_);
  }
  std::string FinishStatement(BatchId batch) const override {
    return "select pgq.finish_batch(" + base::ToString(batch) + ")";
  }

 private:
  const std::string queue_, consumer_;
  const std::optional<TickId> first_tick_;
  const BatchSize size_;
};

ActiveBatch::Source SourceOf(const ConsumerOptions& options) {
  RequireName(options.queue, "queue");
  RequireName(options.consumer, "consumer");
  ActiveBatch::Source source;
  source.queue = options.queue;
  source.consumer = options.consumer;
  source.fetch_rows = options.fetch_rows;
  source.filter = options.filter;
  return source;
}

}  // namespace

Consumer::Consumer(ConsumerOptions options, base::Interrupt& interrupt) {
  ActiveBatch::Source source = SourceOf(options);
  auto calls = std::make_unique<PlainCalls>(options);
  loop_ = std::make_unique<ConsumerLoop>(std::move(options), std::move(source), std::move(calls),
                                         interrupt);
}

Consumer::~Consumer() = default;

void Consumer::Run(const BatchCallback& handler) { loop_->Run(handler); }

bool Consumer::ProcessOne(const BatchCallback& handler) { return loop_->ProcessOne(handler); }

}  // namespace pgq
