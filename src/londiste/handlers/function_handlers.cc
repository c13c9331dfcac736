#include "londiste/handlers/function_handlers.h"

#include <algorithm>
#include <optional>

#include "londiste/handlers/arguments.h"
#include "pg/quote.h"
#include "pgq/urlencode.h"

namespace londiste::handlers {
namespace {

constexpr const char* kMergeOnTime = "londiste.merge_on_time";

// Literals without a type, so that the function may take text or whatever the text can become.
class FunctionHandler : public Handler {
 public:
  FunctionHandler(std::string function, std::optional<std::string> configuration)
      : function_(std::move(function)), configuration_(std::move(configuration)) {}

  // All that a worker will call is there, and may be called.
  void LookAtTarget(pqxx::transaction_base& tx) override {
    const pqxx::result found = tx.exec_params(
        "select exists (select 1 from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid "
        "= p.pronamespace where n.nspname = $1 and p.proname = $2 and p.prokind = 'f' and "
        "p.pronargs - p.pronargdefaults <= 12 and (p.pronargs >= 12 or p.provariadic <> 0))",
        pg::QualifiedName::Parse(function_).schema, pg::QualifiedName::Parse(function_).name);
    if (!found[0][0].as<bool>())
      throw UnusableHandler(
          "function " + function_ + " with 12 arguments does not exist in this database",
          "Create it, or name it with its schema: --handler-arg=func_name=schema.name. Its "
          "arguments: func_conf, tick, ev_id, "
          "ev_time, ev_txid, ev_retry, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, "
          "ev_extra4.");
  }

  std::string why_rows_differ() const override {
    return "function " + function_ + " decides what becomes of them";
  }

  EventUse Use(TableEvent& change, BatchTarget& target) override {
    const pgq::Event& event = change.event;
    std::string call = "select " + pg::QuoteFqIdent(function_) + "(" +
                       pg::QuoteNullable(configuration_) + ", " +
                       pg::QuoteLiteral(ToString(target.batch().tick)) + ", " +
                       pg::QuoteLiteral(ToString(event.id)) + ", " + pg::QuoteLiteral(event.time) +
                       ", " + pg::QuoteLiteral(ToString(event.txid));
    for (const auto& field : {event.retry, event.type, event.data, event.extra1, event.extra2,
                              event.extra3, event.extra4})
      call += ", " + pg::QuoteNullable(field);
    target.Execute(event, call + ")");
    return EventUse::kDone;
  }

 private:
  const std::string function_;
  const std::optional<std::string> configuration_;
};

// A master is not merged with others by way of a combined queue.
class MultimasterHandler final : public FunctionHandler {
 public:
  using FunctionHandler::FunctionHandler;
  std::vector<std::string> TriggerArguments() const override { return {"no_merge"}; }
};

std::unique_ptr<Handler> MakeApplyfn(std::span<const HandlerArgument> arguments,
                                     const HandlerContext&) {
  const bool has_configuration =
      std::ranges::find(arguments, "func_conf", &HandlerArgument::name) != arguments.end();
  return std::make_unique<FunctionHandler>(
      RequiredValueOf(arguments, "func_name", "applyfn"),
      has_configuration ? std::optional(ValueOf(arguments, "func_conf")) : std::nullopt);
}

// All arguments but the function's name are its configuration.
std::unique_ptr<Handler> MakeMultimaster(std::span<const HandlerArgument> arguments,
                                         const HandlerContext&) {
  std::string function = ValueOf(arguments, "func_name", kMergeOnTime);
  if (function == kMergeOnTime) RequiredValueOf(arguments, "timefield", "multimaster");
  std::vector<pgq::Field> configuration;
  for (const HandlerArgument& argument : arguments)
    configuration.push_back({argument.name, argument.value});
  return std::make_unique<MultimasterHandler>(std::move(function), pgq::EncodeRow(configuration));
}

bool IsAnything(std::string_view) { return true; }

}  // namespace

std::span<const HandlerKind> FunctionHandlerKinds() {
  static const HandlerKind kinds[] = {
      {.name = "applyfn",
       .help = "A SQL function in this database applies each event, instead of a change of the "
               "table: func(func_conf, tick, ev_id, ev_time, ev_txid, ev_retry, ev_type, ev_data, "
               "ev_extra1, ev_extra2, ev_extra3, ev_extra4). The table's rows are copied as usual.",
       .arguments = {{"func_name", "the function, with its schema unless that is public; required",
                      IsNotEmpty},
                     {"func_conf", "its first argument; NULL without", IsAnything}},
       .make = MakeApplyfn},
      {.name = "multimaster",
       .help = "For tables that databases replicate to each other: of two changes of a row the "
               "newer one wins, by function londiste.merge_on_time. All arguments are handed to "
               "the function, urlencoded.",
       .arguments = {{"timefield",
                      "the column that each change of a row sets to its time; required by "
                      "londiste.merge_on_time",
                      IsNotEmpty},
                     {"func_name", "another function, called as that of applyfn", IsNotEmpty},
                     {"*", "more, for another function", IsAnything}},
       .make = MakeMultimaster},
  };
  return kinds;
}

}  // namespace londiste::handlers
