#include "bench/whole/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace bench {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (static_cast<unsigned char>(c) < ' ') {
      out += fmt::format("\\u{:04x}", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

// Three digits that matter.
std::string Short(double value) {
  const double size = std::fabs(value);
  if (size >= 100) return fmt::format("{:.0f}", value);
  if (size >= 10) return fmt::format("{:.1f}", value);
  return fmt::format("{:.2f}", value);
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::string Cell(const std::vector<double>& values) {
  if (values.empty()) return "failed";
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const std::string median = Short(Median(values));
  return values.size() == 1 ? median : fmt::format("{} ({}–{})", median, Short(*low), Short(*high));
}

// The table of one workload.
class Table {
 public:
  Table(std::string workload, const std::vector<std::string>& systems)
      : workload_(std::move(workload)), systems_(systems) {}

  void Add(const Result& result) {
    const Parameters parameters = result.scenario.Parameters();
    const auto row = std::find(rows_.begin(), rows_.end(), parameters);
    if (row == rows_.end()) rows_.push_back(parameters);
    auto& cells = cells_[parameters];
    for (const Metric& metric : result.metrics) {
      if (metric.kind != Metric::Kind::kHeadline) continue;
      if (std::find(metrics_.begin(), metrics_.end(), metric.name) == metrics_.end())
        metrics_.push_back(metric.name);
      cells[metric.name][result.system].push_back(metric.value);
    }
  }

  std::string Markdown() const {
    std::string text = Caption() + "\n\n|";
    std::string rule = "|";
    const auto column = [&](const std::string& name, bool number) {
      text += " " + name + " |";
      rule += number ? "---:|" : "---|";
    };
    for (const std::string& name : Varying()) column(name, true);
    column("", false);
    for (std::size_t i = 0; i < systems_.size(); ++i) {
      column(systems_[i], true);
      if (i > 0) column("ratio", true);
    }
    text += "\n" + rule + "\n";
    for (const Parameters& row : rows_)
      for (const std::string& metric : metrics_) text += Line(row, metric);
    return text;
  }

 private:
  std::vector<std::string> Varying() const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < rows_.front().size(); ++i) {
      std::set<std::string> values;
      for (const Parameters& row : rows_) values.insert(row[i].second);
      if (values.size() > 1) names.push_back(rows_.front()[i].first);
    }
    return names;
  }

  std::string Caption() const {
    const std::vector<std::string> varying = Varying();
    std::string text = workload_ + ":";
    for (const auto& [name, value] : rows_.front())
      if (std::find(varying.begin(), varying.end(), name) == varying.end())
        text += fmt::format("{} {} {}", text.back() == ':' ? "" : ",", name, value);
    return text;
  }

  std::string Line(const Parameters& row, const std::string& metric) const {
    std::string text = "|";
    const std::vector<std::string> varying = Varying();
    for (const auto& [name, value] : row)
      if (std::find(varying.begin(), varying.end(), name) != varying.end())
        text += " " + value + " |";
    text += " " + metric + " |";
    const auto of = [&](const std::string& system) {
      const auto found = cells_.at(row).find(metric);
      if (found == cells_.at(row).end()) return std::vector<double>{};
      const auto values = found->second.find(system);
      return values == found->second.end() ? std::vector<double>{} : values->second;
    };
    const std::vector<double> peer = of(systems_.front());
    for (std::size_t i = 0; i < systems_.size(); ++i) {
      const std::vector<double> values = of(systems_[i]);
      text += " " + Cell(values) + " |";
      if (i == 0) continue;
      const bool known = !values.empty() && !peer.empty() && Median(peer) != 0;
      text += known ? fmt::format(" {:.2f} |", Median(values) / Median(peer)) : std::string(" |");
    }
    return text + "\n";
  }

  const std::string workload_;
  const std::vector<std::string>& systems_;
  std::vector<Parameters> rows_;
  std::vector<std::string> metrics_;
  std::map<Parameters, std::map<std::string, std::map<std::string, std::vector<double>>>> cells_;
};

}  // namespace

std::string ToJson(const Result& result) {
  std::string json = "{\"workload\": " + Quoted(result.scenario.workload) +
                     ", \"system\": " + Quoted(result.system);
  for (const auto& [name, value] : result.scenario.Parameters())
    json += ", " + Quoted(name) + ": " + Quoted(value);
  json += ", \"server\": " + Quoted(result.server_version);
  if (!result.remarks.empty()) json += ", \"remarks\": " + Quoted(result.remarks);
  if (!result.failure.empty()) json += ", \"failure\": " + Quoted(result.failure);
  for (const Metric& metric : result.metrics)
    json += fmt::format(", {}: {:.4f}", Quoted(metric.name), metric.value);
  return json + "}";
}

std::string ToMarkdown(const std::vector<Result>& results,
                       const std::vector<std::string>& systems) {
  std::vector<std::string> workloads;
  for (const Result& result : results)
    if (std::find(workloads.begin(), workloads.end(), result.scenario.workload) == workloads.end())
      workloads.push_back(result.scenario.workload);
  std::string text;
  for (const std::string& workload : workloads) {
    Table table(workload, systems);
    for (const Result& result : results)
      if (result.scenario.workload == workload) table.Add(result);
    text += (text.empty() ? "" : "\n") + table.Markdown();
  }
  return text;
}

}  // namespace bench
