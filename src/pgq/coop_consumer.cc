#include "pgq/coop_consumer.h"

#include <utility>

#include "pgq/consumer_loop.h"
#include "pgq/subscription.h"

namespace pgq {
namespace {

class CoopCalls : public ConsumerCalls {
 public:
  CoopCalls(const ConsumerOptions& options, Subconsumer subconsumer)
      : queue_(options.queue),
        consumer_(options.consumer),
        subconsumer_(std::move(subconsumer)),
        first_tick_(options.first_tick),
        size_(options.batch_size) {}

  void Register(pqxx::transaction_base& transaction) const override {
    if (first_tick_) RegisterConsumerAt(transaction, queue_, consumer_, *first_tick_);
    RegisterSubconsumer(transaction, queue_, consumer_, subconsumer_.name);
  }
  std::optional<Batch> Next(pg::Connection& connection) const override {
    return NextCoopBatch(connection, queue_, consumer_, subconsumer_, size_);
  }
  std::string FinishStatement(BatchId batch) const override {
    return "select pgq_coop.finish_batch(" + base::ToString(batch) + ")";
  }

 private:
  const std::string queue_, consumer_;
  const Subconsumer subconsumer_;
  const std::optional<TickId> first_tick_;
  const BatchSize size_;
};

ActiveBatch::Source SourceOf(const ConsumerOptions& options, const Subconsumer& subconsumer) {
  RequireName(options.queue, "queue");
  RequireName(options.consumer, "consumer");
  RequireName(subconsumer.name, "subconsumer");
  ActiveBatch::Source source;
  source.queue = options.queue;
  source.consumer = options.consumer;
  source.subconsumer = subconsumer.name;
  source.may_be_taken_over = subconsumer.dead_interval.has_value();
  source.fetch_rows = options.fetch_rows;
  source.filter = options.filter;
  return source;
}

}  // namespace

CoopConsumer::CoopConsumer(ConsumerOptions options, Subconsumer subconsumer,
                           base::Interrupt& interrupt) {
  ActiveBatch::Source source = SourceOf(options, subconsumer);
  auto calls = std::make_unique<CoopCalls>(options, std::move(subconsumer));
  loop_ = std::make_unique<ConsumerLoop>(std::move(options), std::move(source), std::move(calls),
                                         interrupt);
}

CoopConsumer::~CoopConsumer() = default;

void CoopConsumer::Run(const BatchCallback& handler) { loop_->Run(handler); }

bool CoopConsumer::ProcessOne(const BatchCallback& handler) { return loop_->ProcessOne(handler); }

}  // namespace pgq
