#include "londiste/output/answer_log.h"

#include <spdlog/spdlog.h>

#include "base/error.h"

namespace londiste::output {
namespace {

std::string WithNode(const cascade::Answer& answer, const std::string& node) {
  return (node.empty() ? "" : "[" + node + "] ") + answer.note;
}

spdlog::level::level_enum LevelOf(int code) {
  if (code >= 300) return spdlog::level::warn;
  return code >= 200 ? spdlog::level::info : spdlog::level::debug;
}

}  // namespace

void LogAnswer(const cascade::Answer& answer, const std::string& node) {
  spdlog::log(LevelOf(answer.code), "{}", WithNode(answer, node));
}

void ReportAnswer(const cascade::Answer& answer, const std::string& node, const std::string& hint) {
  if (answer.failed()) throw base::Error(WithNode(answer, node), hint);
  LogAnswer(answer, node);
}

void CommitAndReport(pqxx::work& tx, const cascade::Answer& answer, const std::string& node,
                     const std::string& hint) {
  if (!answer.failed()) tx.commit();
  ReportAnswer(answer, node, hint);
}

}  // namespace londiste::output
