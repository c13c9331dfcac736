#include "cascade/consumer.h"

#include <utility>

#include "cascade/consumer_loop.h"

namespace cascade {
namespace {

// A function as a handler.
class CallbackHandler : public BatchHandler {
 public:
  CallbackHandler(const ConsumerOptions& options, const EventsCallback& callback)
      : options_(options), callback_(callback) {}

  pgq::BatchSize BeforeNextBatch(const NodeInfo&, pgq::TickId, pg::Connection&) override {
    return options_.batch_size;
  }
  std::string EventFilter() const override { return options_.filter; }
  void OnBatch(const BatchContext&) override {}
  // The application's names are looked up as it is used to, ours in pg_catalog.
  void Begin(const BatchContext&, pqxx::transaction_base& tx) override {
    tx.exec0("set local search_path to default");
  }
  void Apply(const BatchContext&, pqxx::transaction_base& tx,
             std::span<const pgq::Event> events) override {
    callback_(tx, events);
  }
  void Finish(const BatchContext&, pqxx::transaction_base& tx) override {
    tx.exec0("set local search_path to pg_catalog");
  }
  void Committed(const BatchContext&) override {}
  void RolledBack() override {}

 private:
  const ConsumerOptions& options_;
  const EventsCallback& callback_;
};

}  // namespace

Consumer::Consumer(ConsumerOptions options, base::Interrupt& interrupt)
    : loop_(std::make_unique<ConsumerLoop>(std::move(options), interrupt)) {}
Consumer::~Consumer() = default;

void Consumer::Run(const EventsCallback& callback) {
  CallbackHandler handler(loop_->options(), callback);
  loop_->Run(handler);
}

void Consumer::Run(BatchHandler& handler) { loop_->Run(handler); }

bool Consumer::ProcessOne(const EventsCallback& callback) {
  CallbackHandler handler(loop_->options(), callback);
  return loop_->ProcessOne(handler);
}

bool Consumer::ProcessOne(BatchHandler& handler) { return loop_->ProcessOne(handler); }

}  // namespace cascade
