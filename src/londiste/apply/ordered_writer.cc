#include "londiste/apply/ordered_writer.h"

#include <utility>

#include "base/utf8.h"
#include "londiste/apply/statement_text.h"
#include "londiste/structure/row_security.h"
#include "londiste/tables/not_utf8.h"
#include "pg/sqlstate.h"

namespace londiste::apply {
namespace {

// no_data_found, insufficient_privilege, character_not_in_repertoire

std::string KeyOf(const HeldEvent& event) {
  RowEvent row;
  row.Decode(event.type, event.data);
  return row.is_raw_sql() ? std::string(row.raw_sql().substr(0, 200)) : row.KeyText();
}

// `, column "b"`: the first that no server in UTF-8 takes.
std::string ColumnNotUtf8(const HeldEvent& event) {
  RowEvent row;
  row.Decode(event.type, event.data);
  for (const RowColumn& column : row.columns()) {
    if (!base::IsUtf8(column.name) || (column.value != nullptr && !base::IsUtf8(column.value)))
      return ", column \"" + base::PrintableUtf8(column.name) + "\"";
  }
  return "";
}

pg::SqlError AsSqlError(const base::Error& error) {
  return pg::SqlError(error.what(), {}, {}, {}, {});
}

}  // namespace

ApplyError DescribeFailure(const HeldEvent& event, char operation, const CachedTable& table,
                           const std::string& key, const pg::SqlError& cause) {
  std::string where = "could not apply event " + base::ToString(event.id) + " (" + operation +
                      ") to table \"" + table.name().ToString() + "\"";
  if (!key.empty()) where += ", key " + base::PrintableUtf8(key);
  std::string hint = cause.hint();
  if (cause.sqlstate() == pg::sqlstate::kCharacterNotInRepertoire) {
    where += ColumnNotUtf8(event);
    hint = tables::kNotUtf8Hint;
  } else if (cause.sqlstate() == pg::sqlstate::kInsufficientPrivilege &&
             std::string_view(cause.what()).find("row-level security") != std::string_view::npos) {
    hint = structure::RowSecurityHint("here");
  }
  return ApplyError(where + ": " + cause.what(), hint, cause.sqlstate(), cause.detail(),
                    cause.context());
}

pg::SqlError NoSuchTable(const CachedTable& table) {
  return pg::SqlError("relation \"" + table.name().ToString() + "\" does not exist",
                      "Create the table here, or remove it with remove-table.",
                      pg::sqlstate::kUndefinedTable, {}, {});
}

void DecodeHeldEvent(RowEvent& row, const HeldEvent& event, const CachedTable& table) {
  try {
    row.Decode(event.type, event.data);
  } catch (const base::Error& error) {
    const char letter = event.type.starts_with("{") || event.type.empty() ? '?' : event.type[0];
    throw DescribeFailure(event, letter, table, "", AsSqlError(error));
  }
}

ApplyError OrderedWriter::InFlight::Describe(const pg::SqlError& cause) const {
  if (operation)
    return DescribeFailure(event, OperationLetter(*operation), *table, KeyOf(event), cause);
  return DescribeFailure(event, event.type.empty() ? '?' : event.type[0], *table, "", cause);
}

OrderedWriter::OrderedWriter(pg::Connection& target, const ApplyOptions& options, PlanCache& plans,
                             ApplyStats& stats, const std::function<void(const std::string&)>& warn)
    : target_(target),
      options_(options),
      plans_(plans),
      stats_(stats),
      missing_(warn),
      stream_(target, options.pipeline_window,
              [this](std::int64_t, std::int64_t rows) { Done(rows); }) {}

void OrderedWriter::Write(const BufferedRows::Row& at) {
  DecodeHeldEvent(row_, at.event, *at.table);
  const auto fail = [&](const pg::SqlError& cause) {
    return DescribeFailure(at.event, OperationLetter(row_.operation()), *at.table, row_.KeyText(),
                           cause);
  };
  try {
    if (row_.is_raw_sql()) {
      WriteFragment(*at.table, at.event);
    } else {
      WriteRow(*at.table, PlanFor(*at.table), at.event);
    }
    RaiseMissingRow();
  } catch (const ApplyError&) {
    throw;
  } catch (const pg::PipelineError&) {
    throw;
  } catch (const pg::SqlError& error) {
    throw fail(error);
  } catch (const base::Interrupted&) {
    throw;
  } catch (const base::Error& error) {
    throw fail(AsSqlError(error));
  }
}

// What the table looked like may be long ago: it is looked at again before an event is refused.
const RowPlan& OrderedWriter::PlanFor(CachedTable& table) {
  try {
    return plans_.PlanFor(table, row_);
  } catch (const UnknownColumn&) {
    Flush();
    auto shapes = structure::LoadTableShapes(target_, {&table.name(), 1});
    if (shapes.empty()) throw;
    table.SetShape(std::move(shapes.begin()->second));
  }
  return plans_.PlanFor(table, row_);
}

void OrderedWriter::WriteRow(CachedTable& table, const RowPlan& plan, const HeldEvent& event) {
  if (plan.no_effect()) {
    ++stats_.updated;
    return;
  }
  const std::int64_t tag = Enlist(table, event, row_.operation());
  WithErrors([&] { stream_.Write(plan, row_, tag); });
}

void OrderedWriter::WriteFragment(CachedTable& table, const HeldEvent& event) {
  const std::int64_t tag = Enlist(table, event, row_.operation());
  const std::string sql = FragmentText(*table.shape(), row_.operation(), row_.raw_sql());
  WithErrors([&] { stream_.WriteSql(sql, tag); });
}

void OrderedWriter::WriteStatement(const BufferedRows::Row& row) {
  const std::int64_t tag = Enlist(*row.table, row.event, std::nullopt);
  WithErrors([&] { stream_.WriteSql(std::string(row.statement), tag); });
}

void OrderedWriter::Flush() {
  WithErrors([this] { stream_.Flush(); });
  RaiseMissingRow();
}

void OrderedWriter::Abandon() {
  stream_.Abandon();
  in_flight_.clear();
  raise_.reset();
}

void OrderedWriter::Committed() {
  missing_.Committed();
  missing_counts_.clear();
}

void OrderedWriter::RolledBack() {
  missing_.RolledBack();
  missing_counts_.clear();
}

std::int64_t OrderedWriter::Enlist(CachedTable& table, const HeldEvent& event,
                                   std::optional<Operation> operation) {
  in_flight_.push_back({event, &table, operation});
  return first_tag_ + static_cast<std::int64_t>(in_flight_.size()) - 1;
}

void OrderedWriter::Done(std::int64_t rows) {
  const InFlight done = in_flight_.front();
  in_flight_.pop_front();
  ++first_tag_;
  if (!done.operation || done.event.may_miss) return;
  switch (*done.operation) {
    case Operation::kInsert:
      ++stats_.inserted;
      return;
    case Operation::kTruncate:
      return;
    case Operation::kUpdate:
      ++(rows > 0 ? stats_.updated : stats_.missing);
      break;
    case Operation::kDelete:
      ++(rows > 0 ? stats_.deleted : stats_.missing);
      break;
  }
  if (rows == 0) Missing(done);
}

void OrderedWriter::Missing(const InFlight& done) {
  done.table->MarkStale();
  if (options_.missing_row == MissingRow::kIgnore) return;
  const char letter = OperationLetter(*done.operation);
  if (options_.missing_row == MissingRow::kError) {
    if (raise_) return;
    raise_ = std::make_unique<ApplyError>(
        DescribeFailure(done.event, letter, *done.table, KeyOf(done.event),
                        pg::SqlError("the row does not exist",
                                     "Copy the table again with resync, or set missing_row = warn.",
                                     pg::sqlstate::kNoDataFound, {}, {})));
    return;
  }
  const std::string table = done.table->name().ToString(), key = KeyOf(done.event);
  MissingCount& count = missing_counts_[done.table->queue_name()];
  ++(done.operation == Operation::kUpdate ? count.updates : count.deletes);
  count.last_key = key;
  missing_.Add(
      table,
      [&] {
        return "event " + base::ToString(done.event.id) + " (" + letter + "): table \"" + table +
               "\" has no row with key " + key;
      },
      base::Clock::now());
}

// The callback that finds the row missing runs amid the pipeline's work and must not throw there.
void OrderedWriter::RaiseMissingRow() {
  if (!raise_) return;
  const ApplyError error = *std::exchange(raise_, nullptr);
  throw error;
}

// Turns the failed tag of the pipeline into its event.
template <class Action>
void OrderedWriter::WithErrors(Action action) {
  try {
    action();
  } catch (const pg::PipelineError& error) {
    const auto index = static_cast<std::size_t>(error.tag() - first_tag_);
    if (error.tag() < first_tag_ || index >= in_flight_.size()) throw;
    const InFlight& failed = in_flight_[index];
    throw failed.Describe(error);
  }
}

}  // namespace londiste::apply
