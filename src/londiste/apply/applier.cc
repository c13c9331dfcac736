#include "londiste/apply/applier.h"

#include <spdlog/spdlog.h>

#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "londiste/apply/apply_error.h"
#include "londiste/apply/missing_rows.h"
#include "londiste/apply/net_effect.h"
#include "londiste/apply/piece.h"
#include "londiste/apply/plan_cache.h"
#include "londiste/apply/row_event.h"
#include "londiste/apply/set_writer.h"
#include "londiste/apply/statement_text.h"
#include "londiste/apply/stream_writer.h"

namespace londiste::apply {
namespace {

// Prepared statements on the target's session, at most (about): sqltriga events may come with any
// subset of a table's columns.
constexpr std::size_t kMaxPlans = 1000;

// no_data_found
constexpr const char* kMissingRowState = "P0002";

}  // namespace

class Applier::Impl {
 public:
  Impl(pg::Connection& target, TargetTables& tables, ApplyOptions options,
       const std::function<void(const std::string&)>& warn)
      : target_(target),
        tables_(tables),
        options_(options),
        plans_(warn),
        missing_(warn),
        sets_(target),
        stream_(std::make_unique<StreamWriter>(
            target, options.pipeline_window,
            [this](std::int64_t tag, std::int64_t rows) { Done(tag, rows); })) {}

  void BeginBatch() {
    sets_.Committed();  // unless Abort was called
    stream_->Abandon();
    piece_.Clear();
    in_flight_.clear();
    raise_.reset();
    stats_ = {};
    if (plans_.plan_count() > kMaxPlans) forget_ = true;
    plans_.StartBatch();
  }

  void Apply(const pgq::Event& event) {
    ++stats_.events;
    const TargetTable* target = tables_.Resolve(event.extra1_or_empty(), event.txid);
    if (target == nullptr) {
      ++stats_.ignored;
      return;
    }
    if (forget_) ForgetNow();
    CachedTable& table = plans_.Table(target->dest);
    if (event.type_or_empty() == "R" || IsJsonTruncate(event)) {
      Truncate(*target, table, event);
      return;
    }
    piece_.Add(event, table);
    if (piece_.bytes() >= options_.piece_bytes || piece_.rows().size() >= options_.piece_rows)
      Flush();
  }

  void Flush() {
    if (piece_.empty()) return;
    LoadShapes();
    WriteSets();
    for (const Piece::Row& row : piece_.rows())
      if (row.table != nullptr) Stream(row);
    WithErrors([this] { stream_->Flush(); });
    RaiseMissingRow();
    piece_.Clear();
  }

  ApplyStats FinishBatch() {
    Flush();
    missing_.Summarise(base::Clock::now());
    return stats_;
  }

  void Abort() {
    stream_->Abandon();
    sets_.RolledBack();
    piece_.Clear();
    in_flight_.clear();
    raise_.reset();
  }

  // At the next event, since plans of statements under way are still needed.
  void ForgetPlans() { forget_ = true; }

 private:
  struct InFlight {
    pgq::Event event;
    CachedTable* table;
    Operation operation;
  };

  void ForgetNow() {
    Flush();
    plans_.Clear();
    stream_->Forget();
    sets_.Forget();
    forget_ = false;
  }

  // jsontriga's truncate has the word in its data.
  bool IsJsonTruncate(const pgq::Event& event) {
    if (!event.type_or_empty().starts_with("{")) return false;
    try {
      row_.Decode(event.type_or_empty(), event.data_or_empty());
    } catch (const base::Error&) {
      return false;  // found again, and told, when it is written
    }
    return row_.operation() == Operation::kTruncate;
  }

  void Decode(const Piece::Row& at) {
    try {
      row_.Decode(at.event.type_or_empty(), at.event.data_or_empty());
    } catch (const base::Error& e) {
      const std::string_view type = at.event.type_or_empty();
      const char letter = type.starts_with("{") || type.empty() ? '?' : type[0];
      throw Describe(at.event, letter, at.table->name(), "",
                     pg::SqlError(e.what(), {}, {}, {}, {}));
    }
  }

  void LoadShapes() {
    for (const Piece::Row& at : piece_.rows()) {
      if (!at.table->must_load()) continue;
      try {
        at.table->SetShape(LoadTableShape(target_, at.table->name()));
      } catch (const pg::SqlError& e) {
        Decode(at);
        throw Describe(at.event, OperationLetter(row_.operation()), at.table->name(),
                       row_.KeyText(), e);
      }
    }
  }

  // Rows written leave the piece.
  void WriteSets() {
    if (piece_.rows().size() < options_.set_rows) return;
    std::map<CachedTable*, std::vector<Piece::Row*>> by_table;
    for (Piece::Row& row : piece_.rows()) by_table[row.table].push_back(&row);
    for (const auto& [table, rows] : by_table) {
      if (rows.size() < options_.set_rows || table->shape().row_by_row || !table->MayTrySet())
        continue;
      if (!WriteSet(*table, rows)) table->SetFailed();
    }
  }

  bool WriteSet(CachedTable& table, const std::vector<Piece::Row*>& rows) {
    NetEffect net;
    ApplyStats counts;
    for (const Piece::Row* at : rows) {
      Decode(*at);
      if (row_.is_raw_sql() || row_.operation() == Operation::kTruncate) return false;
      const RowPlan* plan = nullptr;
      try {
        plan = &plans_.PlanFor(table, row_);
      } catch (const base::Error&) {
        return false;  // found again, and told, by the stream
      }
      Count(row_.operation(), counts);
      if (!plan->no_effect() && !net.Add(*plan, row_)) return false;
    }
    const std::string reason = sets_.Write(table.shape(), net);
    if (!reason.empty()) {
      ++stats_.sets_undone;
      spdlog::debug("table \"{}\": {} events are written one by one, since as a set: {}",
                    table.name().ToString(), rows.size(), reason);
      return false;
    }
    stats_.inserted += counts.inserted;
    stats_.updated += counts.updated;
    stats_.deleted += counts.deleted;
    stats_.in_sets += static_cast<std::int64_t>(rows.size());
    table.SetWritten();
    for (Piece::Row* at : rows) at->table = nullptr;
    return true;
  }

  static void Count(Operation operation, ApplyStats& counts) {
    switch (operation) {
      case Operation::kInsert:
        ++counts.inserted;
        break;
      case Operation::kUpdate:
        ++counts.updated;
        break;
      case Operation::kDelete:
        ++counts.deleted;
        break;
      case Operation::kTruncate:
        break;
    }
  }

  void Stream(const Piece::Row& at) {
    Decode(at);
    try {
      if (row_.is_raw_sql()) {
        WriteFragment(*at.table, at.event);
      } else {
        WriteRow(*at.table, plans_.PlanFor(*at.table, row_), at.event);
      }
      RaiseMissingRow();
    } catch (const ApplyError&) {
      throw;
    } catch (const pg::PipelineError&) {
      throw;
    } catch (const pg::SqlError& e) {
      throw Describe(at.event, OperationLetter(row_.operation()), at.table->name(), row_.KeyText(),
                     e);
    } catch (const base::Interrupted&) {
      throw;
    } catch (const base::Error& e) {
      throw Describe(at.event, OperationLetter(row_.operation()), at.table->name(), row_.KeyText(),
                     pg::SqlError(e.what(), {}, {}, {}, {}));
    }
  }

  void WriteRow(CachedTable& table, const RowPlan& plan, const pgq::Event& event) {
    if (plan.no_effect()) {
      ++stats_.updated;
      return;
    }
    const std::int64_t tag = Enlist(table, event);
    WithErrors([&] { stream_->Write(plan, row_, tag); });
  }

  void WriteFragment(CachedTable& table, const pgq::Event& event) {
    const std::int64_t tag = Enlist(table, event);
    const std::string sql = FragmentText(table.shape(), row_.operation(), row_.raw_sql());
    WithErrors([&] { stream_->WriteSql(sql, tag); });
  }

  void Truncate(const TargetTable& target, CachedTable& table, const pgq::Event& event) {
    if (target.ignore_truncate) {
      ++stats_.ignored;
      return;
    }
    // Other tables may lose their rows too, so nothing may move across it: flushed before and
    // after.
    Flush();
    row_.Decode("R", "");
    const std::int64_t tag = Enlist(table, event);
    WithErrors([&] {
      stream_->WriteSql(TruncateText(target.dest), tag);
      stream_->Flush();
    });
  }

  std::int64_t Enlist(CachedTable& table, const pgq::Event& event) {
    in_flight_.push_back({event, &table, row_.operation()});
    return first_tag_ + static_cast<std::int64_t>(in_flight_.size()) - 1;
  }

  void Done(std::int64_t, std::int64_t rows) {
    const InFlight done = in_flight_.front();
    in_flight_.pop_front();
    ++first_tag_;
    switch (done.operation) {
      case Operation::kInsert:
        ++stats_.inserted;
        return;
      case Operation::kTruncate:
        ++stats_.truncated;
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

  void Missing(const InFlight& done) {
    done.table->Doubt();
    if (options_.missing_row == MissingRow::kIgnore) return;
    const pg::QualifiedName& name = done.table->name();
    const char letter = OperationLetter(done.operation);
    if (options_.missing_row == MissingRow::kError) {
      if (raise_) return;
      raise_ = std::make_unique<ApplyError>(Describe(
          done.event, letter, name, KeyOf(done.event),
          pg::SqlError("there is no such row", "Repair the table, or set missing_row = warn.",
                       kMissingRowState, {}, {})));
      return;
    }
    missing_.Add(
        name.ToString(),
        [&] {
          return "event " + base::ToString(done.event.id) + " (" + letter + "): table \"" +
                 name.ToString() + "\" has no row with key " + KeyOf(done.event);
        },
        base::Clock::now());
  }

  // The callback that finds the row missing runs amid the pipeline's work and must not throw there.
  void RaiseMissingRow() {
    if (!raise_) return;
    const ApplyError error = *std::exchange(raise_, nullptr);
    throw error;
  }

  std::string KeyOf(const pgq::Event& event) const {
    RowEvent row;
    row.Decode(event.type_or_empty(), event.data_or_empty());
    return row.is_raw_sql() ? std::string(row.raw_sql().substr(0, 200)) : row.KeyText();
  }

  // Turns the failed tag of the pipeline into its event.
  template <class Action>
  void WithErrors(Action action) {
    try {
      action();
    } catch (const pg::PipelineError& e) {
      const auto index = static_cast<std::size_t>(e.tag() - first_tag_);
      if (e.tag() < first_tag_ || index >= in_flight_.size()) throw;
      const InFlight& failed = in_flight_[index];
      const std::string key =
          failed.operation == Operation::kTruncate ? std::string() : KeyOf(failed.event);
      throw Describe(failed.event, OperationLetter(failed.operation), failed.table->name(), key, e);
    }
  }

  static ApplyError Describe(const pgq::Event& event, char letter, const pg::QualifiedName& table,
                             const std::string& key, const pg::SqlError& cause) {
    return ApplyError("could not apply event " + base::ToString(event.id) + " (" + letter +
                          ") to table \"" + table.ToString() + "\"" +
                          (key.empty() ? "" : ", key " + key) + ": " + cause.what(),
                      cause.hint(), cause.sqlstate(), cause.detail(), cause.context());
  }

  pg::Connection& target_;
  TargetTables& tables_;
  ApplyOptions options_;
  PlanCache plans_;
  MissingRows missing_;
  RowEvent row_;
  ApplyStats stats_;
  std::deque<InFlight>
      in_flight_;  // sent and not yet answered, in order; the first one's tag is first_tag_
  std::int64_t first_tag_ = 0;
  std::unique_ptr<ApplyError> raise_;
  bool forget_ = false;
  Piece piece_;
  SetWriter sets_;
  std::unique_ptr<StreamWriter> stream_;  // last: its callback uses the above
};

Applier::Applier(pg::Connection& target, TargetTables& tables, ApplyOptions options,
                 std::function<void(const std::string&)> warn)
    : impl_(std::make_unique<Impl>(target, tables, options, warn)) {}

Applier::~Applier() = default;

bool Applier::IsDataEvent(const pgq::Event& event) {
  return RowEvent::IsRowEvent(event.type_or_empty());
}

void Applier::BeginBatch(pqxx::transaction_base&) { impl_->BeginBatch(); }
void Applier::Apply(const pgq::Event& event) { impl_->Apply(event); }
void Applier::Flush() { impl_->Flush(); }
ApplyStats Applier::FinishBatch() { return impl_->FinishBatch(); }

void Applier::Abort() {
  impl_->Abort();
  impl_->ForgetPlans();
}

void Applier::ForgetPlans() { impl_->ForgetPlans(); }

}  // namespace londiste::apply
