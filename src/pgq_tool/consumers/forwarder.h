// What a kind of consumer does with the batches of its queue.
//
// Made from the settings each time the consumer starts, used by one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/interrupt.h"
#include "config/settings.h"
#include "pgq/active_batch.h"

namespace pgq_tool::consumers {

class Forwarder {
 public:
  virtual ~Forwarder() = default;

  // On each new session with the queue's database, which it does not keep, before its first batch.
  virtual void Begin(pg::Connection&) {}
  // When it returns the batch is done with. The number of events that were worked on.
  virtual std::int64_t Process(pgq::ActiveBatch& batch) = 0;

  // The position that is kept beside that of the queue; nullopt: none, yet or at all.
  virtual bool KeepsPosition() const { return false; }
  virtual std::optional<pgq::TickId> Position() { return std::nullopt; }
  // nullopt: forgets it. REQUIRES: KeepsPosition.
  virtual void SetPosition(std::optional<pgq::TickId>) {}
};

// The queue and the consumer of a start, as the settings name them.
struct Names {
  std::string queue, consumer, job;
};

struct ConsumerKind {
  std::string_view command;  // of `pgq`: "queue-mover"
  std::string_view program;  // SkyTools' name: "queue_mover3", also that of the section
  std::string_view summary = {};
  std::string_view details = {};
  std::vector<config::Setting> (*settings)() = nullptr;  // its own
  std::unique_ptr<Forwarder> (*make)(const config::Settings& settings, const Names& names,
                                     base::Interrupt& interrupt) = nullptr;
  // Whether the settings make it the worker of a cascade's node (loader_node.h), and not a consumer
  // of src_db; nullptr: none do. Throws base::ConfigError for those that say neither.
  bool (*works_for_node)(const config::Settings& settings) = nullptr;
  std::string_view sample_sections = {};  // of --ini, behind its own
};

extern const ConsumerKind kQueueMover, kQueueSplitter, kQueueLoader, kSimpleConsumer,
    kSimpleLocalConsumer;

// In the order of --help.
const std::vector<const ConsumerKind*>& ConsumerKinds();
// By the command's or the program's name, also without its 3 at the end. nullptr: no such kind.
const ConsumerKind* FindConsumerKind(std::string_view name);
// Its sections of an INI file: [queue_mover3], [queue_mover].
std::vector<std::string> Sections(const ConsumerKind& kind);
// All of a kind's settings: its own and those of every consumer.
const std::vector<config::Setting>& SettingsOf(const ConsumerKind& kind);

}  // namespace pgq_tool::consumers
