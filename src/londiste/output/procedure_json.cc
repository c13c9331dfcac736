#include "londiste/output/json.h"
#include "londiste/output/procedure_report.h"

namespace londiste::output {

std::string ProcedureJson(const cascade::ProcedureReport& report) {
  Json json;
  json["procedure"] = report.name;
  json["continued"] = report.continued;
  json["objections"] = Json::array();
  for (const cascade::Objection& objection : report.objections)
    json["objections"].push_back({{"problem", objection.problem}, {"way_out", objection.way_out}});
  json["steps"] = Json::array();
  for (const cascade::StepReport& step : report.steps)
    json["steps"].push_back({{"name", step.name},
                             {"node", step.node},
                             {"what", step.what},
                             {"state", cascade::ToString(step.state)},
                             {"milliseconds", step.took.count()},
                             {"detail", step.detail}});
  return JsonText(json);
}

}  // namespace londiste::output
