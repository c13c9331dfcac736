#include "londiste/output/script_plan.h"

#include <algorithm>

#include "londiste/output/json.h"

namespace londiste::output {

std::string ScriptPlanText(const ScriptPlan& plan) {
  std::size_t width = 0;
  for (const ScriptPlan::Node& node : plan.nodes) width = std::max(width, node.name.size());
  std::string text = plan.file + "\n";
  for (const std::string& cut : plan.cuts) text += "  " + cut + "\n";
  for (const ScriptPlan::Node& node : plan.nodes) {
    text += "  " + node.name + std::string(width - node.name.size(), ' ') + "  " + node.verdict +
            (node.detail.empty() ? "" : ": " + node.detail) + "\n";
  }
  return text;
}

std::string ScriptPlansJson(const std::string& queue, const std::vector<ScriptPlan>& plans) {
  Json scripts = Json::array();
  for (const ScriptPlan& plan : plans) {
    Json nodes = Json::array();
    for (const ScriptPlan::Node& node : plan.nodes)
      nodes.push_back({{"node_name", node.name},
                       {"node_type", TextOrNull(node.type)},
                       {"verdict", node.verdict},
                       {"detail", TextOrNull(node.detail)}});
    scripts.push_back({{"name", plan.file}, {"cuts", plan.cuts}, {"nodes", nodes}});
  }
  return JsonText({{"queue_name", queue}, {"scripts", scripts}});
}

}  // namespace londiste::output
