// Copies the events of a cascade's queue into table followed of a node's database, each once, until
// it is interrupted (Ctrl-C).
//
//   follow 'dbname=shop' orders archive            registers at the first start, then follows
//   follow 'dbname=shop' orders archive NODE       changes the provider, of a running follow too
//   follow 'dbname=shop' orders archive --remove   unregisters
//
// The database must be a node of the queue: root, branch or leaf. The provider may keep events for
// a consumer that never runs again: remove it.
#include <base/interrupt.h>
#include <cascade/consumer.h>
#include <cascade/consumer_registration.h>
#include <pg/error.h>

#include <csignal>
#include <iostream>
#include <string>

namespace {

base::Interrupt interrupt;

void OnSignal(int) { interrupt.Stop(); }  // the batch at hand is finished first

void Store(pqxx::transaction_base& target, std::span<const pgq::Event> events) {
  for (const pgq::Event& event : events) {
    target.exec_params("insert into followed (ev_id, ev_type, ev_data) values ($1, $2, $3)",
                       event.id.value(), std::string(event.type_or_empty()),
                       std::string(event.data_or_empty()));
  }
}

pgq::AfterFailure Report(const pg::Failure& failure, base::Duration pause) {
  std::cerr << "follow: " << failure.message << "; trying again in " << pause.count() << " ms\n";
  return pgq::AfterFailure::kRetry;
}

void CreateTable(const cascade::ConsumerOptions& options) {
  pg::Connection node(pg::ConnectOptions::ForApplication(options.connstr, "follow"), interrupt);
  pqxx::work transaction(node);
  transaction.exec0(
      "create table if not exists followed (ev_id bigint primary key, ev_type text, ev_data text)");
  transaction.commit();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4 || argc > 5) {
    std::cerr << "usage: follow CONNECTION-STRING QUEUE CONSUMER [PROVIDER-NODE | --remove]\n";
    return 2;
  }
  std::signal(SIGINT, OnSignal);
  std::signal(SIGTERM, OnSignal);
  try {
    cascade::ConsumerOptions options;
    options.connstr = argv[1];
    options.queue = argv[2];
    options.consumer = argv[3];
    const std::string what = argc == 5 ? argv[4] : "";
    if (what == "--remove") {
      const bool removed = cascade::UnregisterConsumer(options, interrupt);
      std::cout << (removed ? "unregistered\n" : "was not registered\n");
    } else if (!what.empty()) {
      const std::string left = cascade::ChangeConsumerProvider(options, what, interrupt);
      std::cout << "reads from " << what << "\n";
      if (!left.empty()) std::cerr << "follow: still registered at the old one: " << left << "\n";
    } else {
      CreateTable(options);
      cascade::RegisterConsumer(options, "", std::nullopt, interrupt);
      options.on_failure = Report;
      cascade::Consumer(options, interrupt).Run(Store);
    }
    return 0;
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure();
    std::cerr << "follow: " << failure.message << "\n";
    if (!failure.hint.empty()) std::cerr << "HINT: " << failure.hint << "\n";
    return 1;
  }
}
