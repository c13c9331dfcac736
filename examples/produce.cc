// Puts each line of its input into a queue, all in one transaction.
//
//   printf 'one\ntwo\n' | produce 'dbname=shop' orders
#include <base/interrupt.h>
#include <pg/connection.h>
#include <pg/error.h>
#include <pgq/producer.h>
#include <pgq/queue.h>

#include <iostream>
#include <string>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: produce CONNECTION-STRING QUEUE < LINES\n";
    return 2;
  }
  const std::string queue = argv[2];
  try {
    base::Interrupt interrupt;
    pg::ConnectOptions options;
    options.connstr = argv[1];
    options.application_name = "produce";
    pg::Connection connection(options, interrupt);

    pqxx::work transaction(connection);
    if (pgq::CreateQueue(transaction, queue)) std::cout << "created queue " << queue << "\n";
    pgq::Producer producer(transaction, queue);
    for (std::string line; std::getline(std::cin, line);) {
      const pgq::EventId id = producer.Insert({.type = "line", .data = line});
      std::cout << "event " << id << ": " << line << "\n";
    }
    transaction.commit();  // only now do consumers get them
    return 0;
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure();
    std::cerr << "produce: " << failure.message << "\n";
    if (!failure.hint.empty()) std::cerr << "HINT: " << failure.hint << "\n";
    return 1;
  }
}
