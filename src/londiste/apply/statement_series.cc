#include "londiste/apply/statement_series.h"

#include <utility>

namespace londiste::apply {

void StatementSeries::Add(const std::string& sql) {
  text_ += sql;
  text_ += "; ";
  ++statements_;
}

void StatementSeries::Add(const std::string& sql, const std::string& what, std::int64_t rows) {
  expected_.push_back({statements_, what, rows});
  Add(sql);
}

void StatementSeries::Send() {
  if (statements_ == 0) return;
  const std::vector<Expectation> expected = std::move(expected_);
  Check(pg::ExecSeries(connection_, Take()), expected);
}

void StatementSeries::Clear() {
  text_.clear();
  statements_ = 0;
  expected_.clear();
}

std::string StatementSeries::Take() {
  std::string text = std::move(text_);
  Clear();
  return text;
}

void StatementSeries::Expect(const Expectation& expected, std::int64_t met) {
  if (met != expected.rows) throw Surprise(expected.what, expected.rows, met);
}

void StatementSeries::Check(const std::vector<pg::ResultPtr>& answers,
                            const std::vector<Expectation>& expected) {
  for (const Expectation& each : expected)
    Expect(each, pg::AffectedRows(answers.at(each.statement).get()));
}

}  // namespace londiste::apply
