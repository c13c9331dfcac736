#include "londiste/output/procedure_report.h"

#include <vector>

#include "londiste/output/text_table.h"

namespace londiste::output {

std::string ProcedureText(const cascade::ProcedureReport& report) {
  std::string text;
  for (const cascade::Objection& objection : report.objections) {
    text += "Against it: " + objection.problem + "\n";
    if (!objection.way_out.empty()) text += "  " + objection.way_out + "\n";
  }
  if (!text.empty()) text += "\n";
  std::vector<std::vector<std::string>> rows;
  for (const cascade::StepReport& step : report.steps)
    rows.push_back(
        {step.name, step.node, cascade::ToString(step.state),
         step.state == cascade::StepState::kDone ? std::to_string(step.took.count()) + " ms" : "",
         step.what + (step.detail.empty() ? "" : " (" + step.detail + ")")});
  return text + TextTable(report.name + (report.continued ? ", continued:" : ":"),
                          {"step", "node", "state", "took", "what"}, rows);
}

}  // namespace londiste::output
