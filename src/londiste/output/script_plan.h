// What each node of a cascade would do with scripts, for people and as JSON.
#pragma once

#include <string>
#include <vector>

namespace londiste::output {

struct ScriptPlan {
  std::string file;
  std::vector<std::string> cuts;  // statements that split it
  struct Node {
    std::string name, type;  // type "" when the node was not reached
    std::string verdict, detail;
  };
  std::vector<Node> nodes;
};

std::string ScriptPlanText(const ScriptPlan& plan);
std::string ScriptPlansJson(const std::string& queue, const std::vector<ScriptPlan>& plans);

}  // namespace londiste::output
