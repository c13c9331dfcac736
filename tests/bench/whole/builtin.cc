#include "bench/whole/builtin.h"

#include <chrono>
#include <stdexcept>

#include "support/eventually.h"

namespace bench {
namespace {

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

void Builtin::AddTables(int node, const std::vector<std::string>& tables) {
  site_.sql(node).Exec("create publication bench for table " + Joined(tables));
}

void Builtin::Publish(const std::vector<std::string>& tables) { AddTables(0, tables); }

void Builtin::Subscribe(const std::vector<std::string>& tables, InitialCopy copy) {
  for (int node = 1; node < site_.nodes(); ++node) {
    if (node != site_.last()) AddTables(node, tables);
    std::string options = copy == InitialCopy::kNo ? "copy_data = off" : "copy_data = on";
    if (!options_.empty()) options += ", " + options_;
    site_.sql(node).Exec("create subscription bench" + std::to_string(node) + " connection '" +
                         site_.Far(node - 1) + "' publication bench with (" + options + ")");
  }
}

bool Builtin::Synced(int tables) {
  for (int node = 1; node < site_.nodes(); ++node)
    if (site_.sql(node).Value("select count(*) from pg_subscription_rel where srsubstate = 'r'") !=
        std::to_string(tables))
      return false;
  return true;
}

void Builtin::StopApply() {
  const std::string name = "bench" + std::to_string(site_.last());
  site_.subscriber().Exec("alter subscription " + name + " disable");
  const bool stopped = test_support::WaitUntil(std::chrono::minutes(5), [&] {
    return site_.sql(site_.last() - 1)
               .Value("select count(*) from pg_replication_slots where active and slot_name = '" +
                      name + "'") == "0";
  });
  if (!stopped) throw std::runtime_error("the subscription does not stop");
}

void Builtin::StartApply() {
  site_.subscriber().Exec("alter subscription bench" + std::to_string(site_.last()) + " enable");
}

}  // namespace bench
