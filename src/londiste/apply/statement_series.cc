#include "londiste/apply/statement_series.h"

#include <algorithm>
#include <utility>

#include "pg/series.h"

namespace londiste::apply {

void StatementSeries::Add(const std::string& sql) {
  text_ += sql;
  text_ += "; ";
  ++statements_;
}

void StatementSeries::Add(const std::string& sql, const std::string& what, std::int64_t rows,
                          std::int64_t fewest) {
  expected_.push_back({statements_, what, rows, fewest});
  Add(sql);
}

void StatementSeries::Copy(const std::string& sql, std::int64_t rows,
                           std::function<void(pg::CopyIn&)> write) {
  copies_.emplace(statements_, std::move(write));
  // Fewer where a trigger or a rule of another session's making keeps rows away.
  Add(sql, "COPY stored", rows);
}

void StatementSeries::Send() {
  if (statements_ == 0) return;
  const std::string text = std::move(text_);
  const auto expected = std::move(expected_);
  const auto copies = std::move(copies_);
  Clear();
  const auto start = base::Clock::now();
  bool first = true;
  const auto answers =
      pg::ExecSeries(connection_, text, [&](std::size_t statement, pg::CopyIn& copy) {
        if (std::exchange(first, false))
          round_trip_ = std::min(round_trip_, base::Clock::now() - start);
        copies.at(statement)(copy);
      });
  for (const Expectation& each : expected)
    Expect(each, pg::AffectedRows(answers.at(each.statement).get()));
}

void StatementSeries::Clear() {
  text_.clear();
  statements_ = 0;
  expected_.clear();
  copies_.clear();
}

void StatementSeries::Expect(const Expectation& expected, std::int64_t met) {
  if (met > expected.rows || met < expected.fewest)
    throw UnexpectedResult(expected.what, expected.rows, met);
}

}  // namespace londiste::apply
