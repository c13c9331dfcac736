#include "londiste/output/status_tree.h"

#include <algorithm>
#include <set>

#include "londiste/output/condition_lines.h"
#include "londiste/output/duration.h"

namespace londiste::output {
namespace {

constexpr std::size_t kInfoColumn = 30;
constexpr std::size_t kCompactTitle = 60;
constexpr std::size_t kCompactInfo = 30;
constexpr std::chrono::seconds kLateLag{60};

std::string Pad(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string TablesLine(const NodeStatus& node) {
  return "Tables: " + std::to_string(node.tables_ok) + "/" + std::to_string(node.tables_not_ok) +
         "/" + std::to_string(node.tables_elsewhere);
}

std::string LagLine(const NodeStatus& node, const StatusStyle& style) {
  std::string lag = node.lag ? ShortDuration(*node.lag) : "(n/a)";
  if (style.color && node.lag && *node.lag > kLateLag) lag = "\033[31m" + lag + "\033[0m";
  std::string line =
      "Lag: " + lag + ", Tick: " + (node.tick ? std::to_string(*node.tick) : "(n/a)");
  if (node.paused) line += ", PAUSED";
  if (!node.uptodate) line += ", NOT UPTODATE";
  if (style.compact && !node.copies.empty()) line += ", COPYING";
  const std::string counts = style.compact ? ConditionCounts(node.conditions) : "";
  if (!counts.empty()) line += ", " + counts;
  return line;
}

// A worker's failure, or a copy's (consumer JOB.copy.TABLE), may be told with what to do.
bool ReportedByCondition(const NodeStatus& node, const std::string& consumer) {
  return std::ranges::any_of(node.conditions, [&](const pgq::StoredCondition& told) {
    const pgq::Condition& condition = told.condition;
    if (condition.kind == "copy_failed") return consumer.ends_with(".copy." + condition.subject);
    return condition.subject == consumer &&
           (condition.kind == "worker_stopped" || condition.kind == "worker_retries" ||
            condition.kind == "provider_lost_time");
  });
}

class Drawing {
 public:
  Drawing(const std::vector<NodeStatus>& nodes, const StatusStyle& style) : style_(style) {
    for (const NodeStatus& node : nodes) by_name_[node.name] = &node;
    for (const auto& [name, node] : by_name_) {
      if (HasKnownProvider(*node)) children_[*node->provider].push_back(node);
    }
  }

  std::string Draw() {
    for (const auto& [name, node] : by_name_) {
      if (!HasKnownProvider(*node)) DrawNode(*node, "", "");
    }
    for (const auto& [name, node] : by_name_) {
      if (!drawn_.contains(name)) DrawNode(*node, "", "");  // members of a ring
    }
    return out_;
  }

 private:
  bool HasKnownProvider(const NodeStatus& node) const {
    return node.type != "root" && node.provider && *node.provider != node.name &&
           by_name_.contains(*node.provider);
  }

  // `branch`: what stands before this node's title; `below`: before the lines and children under
  // it.
  void DrawNode(const NodeStatus& node, const std::string& branch, const std::string& below) {
    if (!drawn_.insert(node.name).second) return;
    std::vector<const NodeStatus*> children;
    for (const NodeStatus* child : children_[node.name]) {
      if (!drawn_.contains(child->name)) children.push_back(child);
    }
    std::vector<std::string> lines = StatusLines(node, style_);
    std::string title = branch + StatusTitle(node);
    if (style_.compact) {
      title = Pad(title, kCompactTitle);
      for (const std::string& line : lines) title += Pad(line, kCompactInfo);
      out_ += title.substr(0, title.find_last_not_of(' ') + 1) + "\n";
    } else {
      out_ += title + "\n";
      for (const std::string& line : lines)
        out_ += Pad(below + (children.empty() ? "" : "  |"), kInfoColumn) + line + "\n";
    }
    for (std::size_t i = 0; i < children.size(); ++i) {
      // Compact, each line begins with the node's name, for scripts that take the first word.
      if (style_.compact)
        DrawNode(*children[i], below + "   ", below + "   ");
      else
        DrawNode(*children[i],
                 below + "  +--: ", below + (i + 1 < children.size() ? "  |" : "   "));
    }
  }

  const StatusStyle& style_;
  std::map<std::string, const NodeStatus*> by_name_;
  std::map<std::string, std::vector<const NodeStatus*>> children_;
  std::set<std::string> drawn_;
  std::string out_;
};

}  // namespace

std::vector<std::string> StatusLines(const NodeStatus& node, const StatusStyle& style) {
  if (node.type.empty()) return {};
  std::vector<std::string> lines = {TablesLine(node), LagLine(node, style)};
  if (!style.compact)
    for (const CopyStatus& copy : node.copies) lines.push_back("Copying: " + CopyLine(copy));
  for (const auto& [key, value] : node.attrs) lines.push_back("Attr: " + key + "=" + value);
  for (const auto& [consumer, message] : node.errors)
    if (style.compact || !ReportedByCondition(node, consumer))
      lines.push_back("ERR: " + consumer + ": " + FirstLine(message));
  if (!style.compact) std::ranges::move(ConditionLines(node.conditions), std::back_inserter(lines));
  return lines;
}

std::string StatusTitle(const NodeStatus& node) {
  std::string kind = node.dead ? "dead" : node.type;
  if (!node.service.empty()) kind += ", " + node.service;
  return node.name + " (" + kind + ")";
}

std::string StatusTree(const std::vector<NodeStatus>& nodes, const StatusStyle& style) {
  return Drawing(nodes, style).Draw();
}

}  // namespace londiste::output
