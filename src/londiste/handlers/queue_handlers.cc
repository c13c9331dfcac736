#include "londiste/handlers/queue_handlers.h"

#include "londiste/handlers/arguments.h"
#include "pg/copy.h"
#include "pg/quote.h"

namespace londiste::handlers {
namespace {

// What is inserted into the table on the root goes to the queue only, as SKIP keeps the row out of
// the table.
class QueueTable final : public Handler {
 public:
  std::vector<std::string> TriggerArguments() const override {
    return {"tgflags=BI", "SKIP", "expect_sync"};
  }
  bool copies_rows() const override { return false; }
  std::string why_rows_differ() const override { return "it takes rows in and keeps none"; }
  EventUse Use(TableEvent&, BatchTarget&) override { return EventUse::kIgnore; }
};

class VirtualTable final : public Handler {
 public:
  bool needs_table() const override { return false; }
  EventUse Use(TableEvent&, BatchTarget&) override { return EventUse::kIgnore; }
};

// The events of a batch go into a queue of the target database, with their times, as a producer's
// would: the whole batch with one COPY.
class QueueSplitter final : public Handler {
 public:
  explicit QueueSplitter(std::string queue) : queue_(std::move(queue)) {}

  bool needs_table() const override { return false; }
  void CheckTable(pqxx::transaction_base& tx, const pg::QualifiedName&, Publishes) const override {
    if (tx.exec_params(std::string("select 1") + kOpenQueue, queue_).empty()) RaiseNoQueue();
  }

  void BatchBegins() override { rows_.clear(); }
  EventUse Use(TableEvent& event, BatchTarget& target) override {
    if (rows_.size() >= kPieceBytes) Write(target);
    const pgq::Event& row = event.event;
    pg::AppendCopyText(rows_, row.time);
    for (const auto& field : {row.type, row.data, row.extra1, row.extra2, row.extra3, row.extra4}) {
      rows_ += '\t';
      pg::AppendCopyText(rows_, field);
    }
    rows_ += '\n';
    return EventUse::kDone;
  }
  void BatchEnds(BatchTarget& target) override { Write(target); }

 private:
  static constexpr std::size_t kPieceBytes = 4U << 20;
  // In a worker's session queue_disable_insert has no effect.
  static constexpr const char* kOpenQueue =
      " from pgq.queue where queue_name = $1 and not queue_disable_insert";

  [[noreturn]] void RaiseNoQueue() const {
    throw base::Error(
        "queue \"" + queue_ + "\" does not exist in this database, or takes no events",
        "Create it: select pgq.create_queue(" + pg::QuoteLiteral(queue_) +
            "). The queue of a branch or leaf takes none but its provider's.");
  }

  void Write(BatchTarget& target) {
    if (rows_.empty()) return;
    const BatchTarget::Session session = target.Statements();
    const pqxx::result tables = session.tx.exec_params(
        std::string("select pgq.current_event_table(queue_name)") + kOpenQueue, queue_);
    if (tables.empty()) RaiseNoQueue();
    const std::string table = tables[0][0].as<std::string>();
    pg::CopyIn copy(session.connection,
                    "copy " + pg::QuoteFqIdent(table) +
                        " (ev_time, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4) "
                        "from stdin");
    copy.Write(rows_);
    copy.Finish();
    rows_.clear();
  }

  const std::string queue_;
  std::string rows_;  // COPY text
};

template <class Made>
std::unique_ptr<Handler> Make(std::span<const HandlerArgument>, const HandlerContext&) {
  return std::make_unique<Made>();
}

std::unique_ptr<Handler> MakeSplitter(std::span<const HandlerArgument> arguments,
                                      const HandlerContext&) {
  return std::make_unique<QueueSplitter>(RequiredValueOf(arguments, "queue", "qsplitter"));
}

}  // namespace

std::span<const HandlerKind> QueueHandlerKinds() {
  static const HandlerKind kinds[] = {
      {.name = "qtable",
       .help = "A table through which applications put events on the queue: what they insert "
               "into it on the root is published and not stored. Nothing is copied, nothing "
               "applied.",
       .arguments = {},
       .make = Make<QueueTable>},
      {.name = "qsplitter",
       .help = "Moves the table's events into a queue of this database instead of a table.",
       .arguments = {{"queue", "the queue; required, and it must exist", IsNotEmpty}},
       .make = MakeSplitter},
      {.name = "vtable",
       .help = "A table that need not exist here: its events are passed on, and otherwise ignored.",
       .arguments = {},
       .make = Make<VirtualTable>},
      {.name = "fake_local",
       .help = "The same as vtable: the table counts as replicated here, without being touched.",
       .arguments = {},
       .make = Make<VirtualTable>},
  };
  return kinds;
}

}  // namespace londiste::handlers
