#include "e2e/transaction_writer.h"

#include <chrono>

namespace e2e {

using test_support::Sql;

constexpr int kMostRows = 7;

TransactionWriter::TransactionWriter(std::vector<std::string> connstrs, int first)
    : connstrs_(std::move(connstrs)), first_(first), thread_([this] { Run(); }) {}

TransactionWriter::~TransactionWriter() { Stop(); }

void TransactionWriter::Stop() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

std::set<int> TransactionWriter::committed() const {
  const std::lock_guard lock(mutex_);
  return committed_;
}

int TransactionWriter::TakeLongestGap() { return longest_gap_ms_.exchange(0); }

bool TransactionWriter::Write(Sql& sql, int number) {
  const int rows = 1 + number % kMostRows;
  const std::string mark = std::to_string(number) + "/" + std::to_string(rows);
  std::string text = "begin;";
  for (int i = 0; i < rows; ++i)
    text += "insert into t values (" + std::to_string(number * 10 + i) + ", '" + mark + "');";
  // An older one changes as a whole, too.
  if (number > first_ + 3)
    text += "update t set v = split_part(v, ' ', 1) || ' again' where id / 10 = " +
            std::to_string(number - 3) + ";";
  return sql.Error(text + "commit").empty();
}

void TransactionWriter::Run() {
  std::map<std::string, std::unique_ptr<Sql>> sessions;
  std::size_t at = 0;
  auto last = std::chrono::steady_clock::now();
  for (int number = first_; !stop_;) {
    bool done = false;
    try {
      std::unique_ptr<Sql>& sql = sessions[connstrs_[at]];
      if (!sql) sql = std::make_unique<Sql>(connstrs_[at]);
      done = Write(*sql, number);
      // Ends what a refused statement has left open.
      if (!done) sql->Exec("rollback");
    } catch (const std::exception&) {
      sessions.erase(connstrs_[at]);
    }
    if (!done) {
      // The commit may have come through although nobody heard of it: this number is used up.
      ++number;
      at = (at + 1) % connstrs_.size();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      continue;
    }
    const auto now = std::chrono::steady_clock::now();
    const int gap =
        static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(now - last).count());
    if (gap > longest_gap_ms_) longest_gap_ms_ = gap;
    last = now;
    const std::lock_guard lock(mutex_);
    committed_.insert(number++);
  }
}

}  // namespace e2e
