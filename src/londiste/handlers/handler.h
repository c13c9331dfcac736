// How the events and the copy of one table are treated: the interface of table handlers, and what a
// handler declares of itself.
//
// To add one: a file with a class derived from Handler and its HandlerKind, and a line in
// handler_table.cc. `show-handlers`, the check of arguments and the manual follow from the
// declaration.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "londiste/handlers/handler_settings.h"
#include "pg/connection.h"
#include "pg/quote.h"
#include "pgq/event.h"
#include "pgq/ids.h"
#include "pgq/urlencode.h"

namespace londiste::handlers {

// As things are the table can be neither copied nor applied.
class UnusableHandler : public base::Error {
 public:
  using Error::Error;
};

// What becomes of a column's values before anybody else sees them.
struct ColumnRewrite {
  bool leave_out = false;
  // Called from several threads at once. Empty: values stay as they are. What it throws names no
  // value.
  std::function<void(std::optional<std::string>& value)> value{};
};

// What a copy takes from the provider.
struct CopySelection {
  std::string condition{};  // SQL on the provider's columns; "": all rows
  // The column here that a column of the provider goes into; nullopt: none. Without it the one of
  // the same name.
  std::function<std::optional<std::string>(const std::string& column)> target_column{};
  // Handler::Rewrite of a handler that rewrites rows, by the provider's names; else empty.
  std::function<ColumnRewrite(std::string_view column)> rewrite{};
};

// A change of the table, or its TRUNCATE.
struct TableEvent {
  pgq::Event event;
  bool is_truncate = false;
};

enum class EventUse {
  kApply,   // to the table, as `event` reads now
  kDone,    // the handler has done, or will do, what there is to do
  kIgnore,  // counted as ignored
};

// Where a node passes its queue's events on to.
enum class Onward { kOwnQueue, kCombinedQueue };

// What a handler may do of its own on the target, in the batch's transaction.
class BatchTarget {
 public:
  virtual ~BatchTarget() = default;
  // A change of any table's row, in its place among all others. The event is copied. kNoMatter: a
  // row to delete that is not there is neither told nor counted.
  enum class Missing { kTold, kNoMatter };
  virtual void Apply(const pgq::Event& event, const pg::QualifiedName& table,
                     Missing missing = Missing::kTold) = 0;
  // For statements: all that came before them has been executed. The session is theirs until the
  // handler returns.
  struct Session {
    pg::Connection& connection;
    pqxx::transaction_base& tx;
  };
  virtual Session Statements() = 0;
  // A statement that stands for an event, in its place among all others; both are copied. An error
  // names the event. What the statement returns is nobody's business.
  virtual void Execute(const pgq::Event& event, const std::string& statement) = 0;
  // The batch at hand: its tick, and the tick's time as timestamptz text.
  struct Batch {
    pgq::TickId tick{0};
    std::string end{};
  };
  virtual const Batch& batch() const = 0;
  // An update of a row's key, which comes as SQL whatever the table's trigger is: all columns as
  // they are now, and those of the key as they were. nullopt: the event is another one.
  struct NewKey {
    std::vector<pgq::Field> row, old_key;
  };
  virtual std::optional<NewKey> ReadNewKey(const pgq::Event& event) const = 0;
};

// One object for each table and user of it: the main worker's lives until the list of tables is
// read again, a copy's as long as its thread. Used by one thread at a time, inside the batch's
// transaction. What a method throws rolls the batch back, and the batch is tried again.
class Handler {
 public:
  virtual ~Handler() = default;

  // add-table: arguments that the table's trigger gets besides those the administrator gives, as
  // londiste.local_add_table takes them.
  virtual std::vector<std::string> TriggerArguments() const { return {}; }
  // add-table, in its transaction: what would make writers fail later is refused now. `publishes`:
  // the table's changes are published by the node, or may be one day.
  enum class Publishes { kNo, kYes };
  virtual void CheckTable(pqxx::transaction_base& /*tx*/, const pg::QualifiedName& /*dest*/,
                          Publishes /*publishes*/) const {}
  // False: there need be no such table here, and no trigger is made.
  virtual bool needs_table() const { return true; }
  // add-table: the table here, where an argument names it; "": no argument does.
  virtual std::string dest_table() const { return ""; }
  // False: it is in sync from the beginning.
  virtual bool copies_rows() const { return needs_table(); }
  // compare, repair: why the table's rows here are not meant to be those of the provider; "" when
  // they are, as Selection and Rewrite say.
  virtual std::string why_rows_differ() const {
    return needs_table() ? "" : "there is no table here";
  }

  // On a node that is not the root, before anything below, whenever the list of tables was read:
  // what the handler has to know of this database. Throws UnusableHandler.
  virtual void LookAtTarget(pqxx::transaction_base& /*tx*/) {}
  virtual CopySelection Selection() const { return {}; }  // `rewrite` is set by who asks

  // True: rows, of copies and of events, are not taken as the provider has them, but as Rewrite
  // says; so they are applied, and so they go on to other queues. Asked once for each column; what
  // it returns may be used as long as the handler lives.
  virtual bool rewrites_rows() const { return false; }
  virtual ColumnRewrite Rewrite(std::string_view /*column*/) const { return {}; }

  // Before the table's first event in a batch; a batch that was rolled back begins anew.
  virtual void BatchBegins() {}
  // At the end of such a batch, when all its events have been applied.
  virtual void BatchEnds(BatchTarget& /*target*/) {}
  // Each event of the table in its order. May change the event; text that it points to then must
  // stay valid until the next call.
  virtual EventUse Use(TableEvent& /*event*/, BatchTarget& /*target*/) { return EventUse::kApply; }
  // Each event that goes on, whether or not the table is in sync here. False: it stays behind.
  virtual bool PassesOn(const TableEvent& /*event*/, Onward /*where*/) const { return true; }
};

// An argument as it was given: `--handler-arg=name=value`.
struct HandlerArgument {
  std::string name, value;
};

// The table that a handler is made for, and the settings of its node.
struct HandlerContext {
  HandlerSettings settings{};
  std::string table{};       // its name on the queue
  pg::QualifiedName dest{};  // here
};

struct HandlerKind {
  struct Argument {
    std::string_view name;  // `*`: any
    std::string_view help;
    bool (*accepts)(std::string_view value);
  };
  std::string_view name;
  std::string_view help;
  std::vector<Argument> arguments;
  // REQUIRES: arguments that were checked. Throws UnusableHandler when one is missing.
  std::function<std::unique_ptr<Handler>(std::span<const HandlerArgument> arguments,
                                         const HandlerContext& context)>
      make;
  const HandlerKind* variant_of = nullptr;  // which has the arguments
};

}  // namespace londiste::handlers
