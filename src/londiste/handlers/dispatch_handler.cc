#include "londiste/handlers/dispatch_handler.h"

#include <algorithm>
#include <ctime>
#include <deque>

#include "base/text.h"
#include "base/text_template.h"
#include "londiste/handlers/arguments.h"
#include "londiste/handlers/dispatch_options.h"
#include "londiste/handlers/partitions.h"
#include "londiste/handlers/plain_handler.h"
#include "londiste/handlers/row_text.h"
#include "londiste/handlers/shard_handler.h"
#include "pg/quote.h"
#include "pgq/urlencode.h"

namespace londiste::handlers {
namespace {

using Missing = BatchTarget::Missing;

constexpr std::size_t kTimeSize = std::string_view("YYYY-MM-DD HH:MM:SS").size();

// This process's clock and time zone.
std::string Now() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char text[kTimeSize + 1];
  return {text, std::strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &local)};
}

// `"a"='1',"b"=NULL`, as pgq.sqltriga writes it.
std::string SqlList(const std::vector<pgq::Field>& fields, std::string_view separator,
                    const char* null) {
  std::string text;
  for (const pgq::Field& field : fields) {
    if (!text.empty()) text += separator;
    text += pg::QuoteIdent(field.name) + "=" +
            (field.value ? pg::QuoteLiteral(*field.value) : std::string(null));
  }
  return text;
}

// A row of an event as it is written here.
struct DispatchedRow {
  char operation;
  std::string keys;  // names here, separated by commas
  std::string data;  // urlencoded
};

class DispatchHandler final : public Handler {
 public:
  // `base`: of the shard, or all rows.
  DispatchHandler(DispatchOptions options, std::unique_ptr<Handler> base,
                  const HandlerContext& context)
      : options_(std::move(options)),
        base_(std::move(base)),
        context_(context),
        partitions_(options_, context.dest) {}

  std::vector<std::string> TriggerArguments() const override { return base_->TriggerArguments(); }
  void CheckTable(pqxx::transaction_base& tx, const pg::QualifiedName& dest,
                  Publishes publishes) const override {
    base_->CheckTable(tx, dest, publishes);
  }
  std::string dest_table() const override { return options_.table; }
  void LookAtTarget(pqxx::transaction_base& tx) override {
    base_->LookAtTarget(tx);
    if (options_.table_mode == TableMode::kPart) partitions_.Check(tx);
  }
  bool copies_rows() const override {
    return options_.table_mode != TableMode::kIgnore && base_->copies_rows();
  }
  std::string why_rows_differ() const override {
    return "it spreads rows over tables by time, and may keep or drop old ones";
  }
  CopySelection Selection() const override {
    CopySelection selection = base_->Selection();
    if (options_.maps_columns())
      selection.target_column = [options = options_](const std::string& column) {
        return options.ColumnHere(column);
      };
    return selection;
  }
  bool PassesOn(const TableEvent& event, Onward where) const override {
    return base_->PassesOn(event, where);
  }

  void BatchBegins() override {
    base_->BatchBegins();
    partitions_.BatchBegins();
    changed_.clear();
    now_ = Now();
  }

  EventUse Use(TableEvent& change, BatchTarget& target) override {
    if (options_.table_mode == TableMode::kIgnore) return EventUse::kIgnore;
    const EventUse use = base_->Use(change, target);
    if (use != EventUse::kApply) return use;
    if (change.is_truncate) return Truncate(target);
    const pgq::Event& event = change.event;
    const auto new_key = target.ReadNewKey(event);
    if (!new_key) RequireUrlencoded(event, "dispatch", context_.table);
    const char operation = event.type_or_empty()[0];
    if (!options_.event_types.empty() && options_.event_types.find(operation) == std::string::npos)
      return EventUse::kIgnore;
    if (options_.row_mode == RowMode::kKeepAll && operation == 'D') return EventUse::kIgnore;
    if (new_key) return ChangeKey(event, *new_key, target);
    const std::vector<pgq::Field> fields = pgq::DecodeRow(event.data_or_empty());
    const DispatchedRow row = Here(event, fields);
    const pg::QualifiedName* table = TableFor(event, fields, row, target);
    if (!table) return EventUse::kIgnore;
    if (options_.analyze) changed_.insert(*table);
    Write(event, row, *table, target);
    return EventUse::kDone;
  }

  void BatchEnds(BatchTarget& target) override {
    base_->BatchEnds(target);
    if (changed_.empty()) return;
    const BatchTarget::Session session = target.Statements();
    for (const pg::QualifiedName& table : changed_) session.tx.exec0("analyze " + table.Quoted());
  }

 private:
  // Of tables by time, also the rows that are in them.
  EventUse Truncate(BatchTarget& target) {
    if (options_.table_mode != TableMode::kPart) return EventUse::kApply;
    target.Statements().tx.exec0("truncate " + context_.dest.Quoted());
    return EventUse::kDone;
  }

  DispatchedRow Here(const pgq::Event& event, const std::vector<pgq::Field>& fields) const {
    const std::string_view type = event.type_or_empty();
    std::string_view names = type.substr(2);
    if (!options_.maps_columns())
      return {type[0], std::string(names), std::string(event.data_or_empty())};
    DispatchedRow row{type[0], {}, {}};
    while (!names.empty())
      if (const auto here = options_.ColumnHere(base::TakeUntil(names, ',')))
        row.keys += (row.keys.empty() ? "" : ",") + *here;
    row.data = pgq::EncodeRow(Mapped(fields));
    return row;
  }

  // As an update: where the row goes now. If the time is a part of the key, it is known where it
  // was.
  EventUse ChangeKey(const pgq::Event& event, const BatchTarget::NewKey& change,
                     BatchTarget& target) {
    const std::vector<pgq::Field> new_row = Mapped(change.row), old_key = Mapped(change.old_key);
    DispatchedRow row{'U', {}, pgq::EncodeRow(new_row)};
    for (const pgq::Field& key : old_key) row.keys += (row.keys.empty() ? "" : ",") + key.name;
    const pg::QualifiedName* found = TableFor(event, change.row, row, target);
    if (!found) return EventUse::kIgnore;
    const pg::QualifiedName table = *found;  // making the other one may drop old ones
    pg::QualifiedName old_table = table;
    if (options_.table_mode == TableMode::kPart && options_.part_mode == PartMode::kDateField &&
        std::ranges::find(change.old_key, options_.part_field, &pgq::Field::name) !=
            change.old_key.end())
      if (const auto* there = TableFor(event, change.old_key, row, target)) old_table = *there;
    if (options_.analyze) changed_.insert({table, old_table});
    RequireWritable(event, row);
    if (options_.row_mode == RowMode::kPlain && !Replaces() && old_table == table) {
      pgq::Event written = event;
      const std::string data =
          SqlList(new_row, ",", "NULL") + " where " + SqlList(old_key, " and ", "");
      written.data = data;
      target.Apply(written, table);
      return EventUse::kDone;
    }
    const auto apply = [&](char operation, const std::string& data, const pg::QualifiedName& where,
                           Missing missing) {
      Apply(event, {operation, row.keys, data}, where, missing, target);
    };
    const Missing missing =
        options_.row_mode == RowMode::kPlain ? Missing::kTold : Missing::kNoMatter;
    if (options_.row_mode != RowMode::kKeepAll)
      apply('D', pgq::EncodeRow(old_key), old_table, missing);
    if (Merges() && options_.row_mode == RowMode::kKeepLatest)
      apply('D', row.data, table, Missing::kNoMatter);
    apply('I', row.data, table, Missing::kTold);
    return EventUse::kDone;
  }

  std::vector<pgq::Field> Mapped(const std::vector<pgq::Field>& fields) const {
    std::vector<pgq::Field> kept;
    for (const pgq::Field& field : fields)
      if (auto here = options_.ColumnHere(field.name))
        kept.push_back({std::move(*here), field.value});
    return kept;
  }

  const pg::QualifiedName* TableFor(const pgq::Event& event, const std::vector<pgq::Field>& fields,
                                    const DispatchedRow& row, BatchTarget& target) {
    if (options_.table_mode == TableMode::kDirect) return &context_.dest;
    return partitions_.For(TimeOf(event, fields, target), row.keys, target);
  }

  std::string TimeOf(const pgq::Event& event, const std::vector<pgq::Field>& fields,
                     const BatchTarget& target) const {
    std::string time;
    switch (options_.part_mode) {
      case PartMode::kBatchTime:
        time = target.batch().end;
        break;
      case PartMode::kEventTime:
        time = event.time;
        break;
      case PartMode::kCurrentTime:
        time = now_;
        break;
      case PartMode::kDateField:
        const auto field = std::ranges::find(fields, options_.part_field, &pgq::Field::name);
        if (field == fields.end() || !field->value)
          Refuse(event, "column " + options_.part_field + ", argument part_field, " +
                            (field == fields.end() ? "is not in it" : "is NULL"));
        time = *field->value;
        break;
    }
    if (auto read = base::ReadTimestamp(time)) return *std::move(read);
    Refuse(event, "\"" + time + "\" is no time");
  }

  [[noreturn]] void Refuse(const pgq::Event& event, const std::string& reason) const {
    throw base::Error("handler dispatch cannot place event " + ToString(event.id) + " of table " +
                          context_.table + ": " + reason,
                      "Nothing of the batch was applied. Correct the handler's arguments: "
                      "remove-table, then add-table with others.");
  }

  bool IsBulk() const { return options_.load_mode == LoadMode::kBulk; }
  bool Merges() const { return IsBulk() && options_.method == LoadMethod::kMerged; }
  bool Replaces() const {
    return IsBulk() &&
           (options_.method == LoadMethod::kMerged || options_.method == LoadMethod::kDelete);
  }

  void RequireWritable(const pgq::Event& event, const DispatchedRow& row) const {
    if (IsBulk() && row.keys.empty())
      Refuse(event, "non-pk tables not supported: " + context_.table);
    if (IsBulk() && options_.method == LoadMethod::kInsert && row.operation != 'I' &&
        options_.row_mode != RowMode::kKeepAll)
      Refuse(event, std::string(1, row.operation) + " not supported by method insert");
  }

  static void Apply(const pgq::Event& event, const DispatchedRow& row,
                    const pg::QualifiedName& table, Missing missing, BatchTarget& target) {
    const std::string type = std::string(1, row.operation) + ":" + row.keys;
    pgq::Event written = event;
    written.type = type;
    written.data = row.data;
    target.Apply(written, table, missing);
  }

  void Write(const pgq::Event& event, const DispatchedRow& row, const pg::QualifiedName& table,
             BatchTarget& target) const {
    RequireWritable(event, row);
    const auto apply = [&](char operation, Missing missing = Missing::kTold) {
      Apply(event, {operation, row.keys, row.data}, table, missing, target);
    };
    switch (options_.row_mode) {
      case RowMode::kKeepAll:
        return apply('I');
      case RowMode::kKeepLatest:
        if (row.operation != 'I' || Merges()) apply('D', Missing::kNoMatter);
        if (row.operation != 'D') apply('I');
        return;
      case RowMode::kPlain:
        if (row.operation == 'U' && Replaces()) apply('D');
        if (row.operation == 'I' && Merges()) apply('D', Missing::kNoMatter);
        return apply(row.operation == 'U' && Replaces() ? 'I' : row.operation);
    }
  }

  const DispatchOptions options_;
  const std::unique_ptr<Handler> base_;
  const HandlerContext context_;
  Partitions partitions_;
  std::set<pg::QualifiedName> changed_;  // by this batch, to be analyzed
  std::string now_;
};

std::unique_ptr<Handler> Make(std::string_view name, const DispatchOptions& defaults,
                              std::span<const HandlerArgument> arguments,
                              const HandlerContext& context) {
  DispatchOptions options = DispatchOptions::Read(arguments, defaults, name);
  const pg::QualifiedName& dest = context.dest;
  if (!options.table.empty() && !dest.name.empty() &&
      pg::QualifiedName::Parse(options.table) != dest)
    throw UnusableHandler("handler \"" + std::string(name) + "\": argument table is " +
                              options.table + ", and the table here is " + dest.ToString(),
                          "Run remove-table, then add-table with either --dest-table or the "
                          "argument.");
  const bool sharded = !ValueOf(arguments, "hash_key", ValueOf(arguments, "key")).empty();
  std::unique_ptr<Handler> base;
  if (sharded)
    base = ShardHandlerKinds().front().make(arguments, context);
  else
    base = std::make_unique<PlainHandler>(arguments);
  return std::make_unique<DispatchHandler>(std::move(options), std::move(base), context);
}

// The variants are combinations of these.
struct Word {
  std::string_view name;
  std::string_view value;
};
constexpr Word kPeriodWords[] = {
    {"hourly", "hour"}, {"daily", "day"}, {"monthly", "month"}, {"yearly", "year"}};
struct PartModeWord {
  std::string_view name;
  PartMode value;
  std::string_view help;
};
constexpr PartModeWord kPartModeWords[] = {
    {"event", PartMode::kEventTime, "the event's time"},
    {"batch", PartMode::kBatchTime, "the batch's time"},
    {"field", PartMode::kDateField, "column part_field"},
    {"time", PartMode::kCurrentTime, "the time when it is applied"}};

// Stays where it is: kinds refer to each other and to their texts.
class Kinds {
 public:
  Kinds() {
    Add("dispatch",
        "Rows go into tables by time, which are made when the first row comes and dropped when "
        "their time is over. Needs events of pgq.logutriga.",
        {});
    kinds_.front().arguments = DispatchOptions::Arguments();
    for (const LoadMode load : {LoadMode::kDirect, LoadMode::kBulk}) {
      const std::string prefix = load == LoadMode::kBulk ? "bulk_" : "";
      for (const Word& period : kPeriodWords)
        for (const PartModeWord& mode : kPartModeWords)
          AddVariant(
              prefix + std::string(period.name) + "_" + std::string(mode.name),
              "a table for each " + std::string(period.value) + " of " + std::string(mode.help),
              {.part_mode = mode.value,
               .row_mode = RowMode::kKeepLatest,
               .load_mode = load,
               .period = std::string(period.value)});
      AddVariant(
          prefix + "direct", "rows stay in the table itself",
          {.table_mode = TableMode::kDirect, .row_mode = RowMode::kKeepLatest, .load_mode = load});
    }
    for (HandlerKind& kind : kinds_)
      if (&kind != &kinds_.front()) kind.variant_of = &kinds_.front();
  }
  std::span<const HandlerKind> kinds() const { return kinds_; }

 private:
  void AddVariant(const std::string& name, const std::string& what,
                  const DispatchOptions& defaults) {
    const bool bulk = defaults.load_mode == LoadMode::kBulk;
    Add(name, "dispatch, " + what + "; row_mode keep_latest" + (bulk ? ", load_mode bulk." : "."),
        defaults);
  }
  void Add(const std::string& name, const std::string& help, const DispatchOptions& defaults) {
    const std::string& kept_name = texts_.emplace_back(name);
    const std::string& kept_help = texts_.emplace_back(help);
    kinds_.push_back({.name = kept_name,
                      .help = kept_help,
                      .arguments = {},
                      .make = [&kept_name, defaults](std::span<const HandlerArgument> arguments,
                                                     const HandlerContext& context) {
                        return Make(kept_name, defaults, arguments, context);
                      }});
  }

  std::deque<std::string> texts_;
  std::vector<HandlerKind> kinds_;
};

}  // namespace

std::span<const HandlerKind> DispatchHandlerKinds() {
  static const Kinds kinds;
  return kinds.kinds();
}

}  // namespace londiste::handlers
