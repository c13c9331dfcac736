#include <map>

#include "pgq_tool/consumers/consumer_settings.h"
#include "pgq_tool/consumers/forwarder.h"

namespace pgq_tool::consumers {

const std::vector<const ConsumerKind*>& ConsumerKinds() {
  static const std::vector<const ConsumerKind*> kinds = {
      &kQueueMover, &kQueueSplitter, &kQueueLoader, &kSimpleConsumer, &kSimpleLocalConsumer};
  return kinds;
}

const ConsumerKind* FindConsumerKind(std::string_view name) {
  for (const ConsumerKind* kind : ConsumerKinds()) {
    if (name == kind->command || name == kind->program ||
        name == kind->program.substr(0, kind->program.size() - 1))
      return kind;
  }
  return nullptr;
}

std::vector<std::string> Sections(const ConsumerKind& kind) {
  const std::string name(kind.program);
  return {name, name.substr(0, name.size() - 1)};
}

const std::vector<config::Setting>& SettingsOf(const ConsumerKind& kind) {
  static std::map<const ConsumerKind*, std::vector<config::Setting>> all;
  std::vector<config::Setting>& settings = all[&kind];
  if (settings.empty()) settings = AllSettings(kind);
  return settings;
}

}  // namespace pgq_tool::consumers
