#include "londiste/apply/applier.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <set>
#include <utility>
#include <vector>

#include "londiste/apply/apply_error.h"
#include "londiste/apply/deferred_constraints.h"
#include "londiste/apply/ordered_writer.h"
#include "londiste/apply/plan_cache.h"
#include "londiste/apply/portion.h"
#include "londiste/apply/row_event.h"
#include "londiste/apply/set_writer.h"
#include "londiste/apply/truncation.h"
#include "londiste/structure/table_shape.h"

namespace londiste::apply {
namespace {

// At most, about: sqltriga events may come with any subset of a table's columns.
constexpr std::size_t kMaxPlans = 50'000;

// A round trip from which on larger pieces pay.
constexpr std::chrono::milliseconds kFar(3);

}  // namespace

class Applier::Impl {
 public:
  Impl(pg::Connection& target, TargetTables& tables, ApplyOptions options,
       const std::function<void(const std::string&)>& warn)
      : target_(target),
        tables_(tables),
        options_(options),
        plans_(options_.queue),
        ordered_(target, options_, plans_, stats_, warn),
        truncation_(target, options_, warn),
        constraints_(target),
        sets_(target) {}

  void BeginBatch() {
    sets_.Committed();  // unless Abort was called
    ordered_.Committed();
    Reset();
    stats_ = {};
    piece_rows_ = std::min(options_.first_piece_rows, options_.piece_rows);
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
    table.SetTarget(*target);
    if (event.type_or_empty() == "R" || IsJsonTruncate(event)) {
      Truncate(*target, table, event);
      return;
    }
    if (truncation_.MustPrecede(table, event.txid)) Flush();
    Piece& piece = collected_.piece;
    if (origin_text_ && RowEvent::IsUrlencoded(event.type_or_empty())) {
      piece.Add(InUtf8(event, table), table);
    } else {
      piece.Add(event, table);
    }
    if (piece.bytes() >= options_.piece_bytes || piece.rows().size() >= piece_rows_) PassOn();
  }

  void SetOriginText(std::shared_ptr<const OriginText> text) { origin_text_ = std::move(text); }

  void Flush() {
    Fold();
    FinishUnderway();
    if (!truncation_.empty()) {
      constraints_.CheckNow();
      stats_.truncated += truncation_.Execute();
    }
    if (collected_.piece.empty()) return;
    Settle(collected_, sets_.Write(collected_.sets));
    WriteOthers(collected_);
    collected_.Clear();
  }

  void CheckConstraints() {
    Flush();
    constraints_.CheckNow();
  }

  ApplyStats FinishBatch() {
    Flush();
    ordered_.Summarise();
    return stats_;
  }

  void Abort() {
    if (writing_.valid()) writing_.wait();
    writing_ = {};
    Reset();
    ordered_.RolledBack();
    sets_.RolledBack();
  }

  void Reconfigure(const ApplyOptions& options) { options_ = options; }

  // At the next event, since plans of statements under way are still needed.
  void ForgetPlans() { forget_ = true; }

  const MissingCounts& missing() const { return ordered_.missing(); }
  std::vector<std::pair<std::string, bool>> TakeIndexNews() { return plans_.TakeIndexNews(); }

 private:
  using Reasons = std::vector<std::string>;  // for each set, why it is not written; "" when it is

  void Reset() {
    ordered_.Abandon();
    collected_.Clear();
    underway_.Clear();
    truncation_.Clear();
    constraints_.TransactionEnded();
  }

  void ForgetNow() {
    Flush();
    plans_.Clear();
    ordered_.Forget();
    sets_.Forget();
    forget_ = false;
  }

  // jsontriga's truncate has the word in its data.
  static bool IsJsonTruncate(const pgq::Event& event) {
    if (!event.type_or_empty().starts_with("{")) return false;
    RowEvent row;
    try {
      row.Decode(event.type_or_empty(), event.data_or_empty());
    } catch (const base::Error&) {
      return false;  // found again, and told, when it is written
    }
    return row.operation() == Operation::kTruncate;
  }

  // Valid until the next call.
  pgq::Event InUtf8(pgq::Event event, const CachedTable& table) {
    try {
      auto data = origin_text_->ToUtf8(event.data_or_empty());
      if (data) event.data = recoded_ = std::move(*data);
      return event;
    } catch (const base::Error& error) {
      throw DescribeFailure({event.id, event.type_or_empty(), event.data_or_empty()},
                            event.type_or_empty()[0], table, "",
                            pg::SqlError(error.what(), error.hint(), {}, {}, {}));
    }
  }

  // Rows that came before it go before it.
  void Truncate(const TargetTable& target, CachedTable& table, const pgq::Event& event) {
    if (target.ignore_truncate) {
      ++stats_.ignored;
      return;
    }
    const auto rows = collected_.piece.rows();
    if (truncation_.empty() ||
        std::ranges::any_of(rows, [&](const Piece::Row& at) { return at.table == &table; }))
      Flush();
    truncation_.Add(table, event);
  }

  // A full piece: its sets are written while the next piece is collected.
  void PassOn() {
    Fold();
    FinishUnderway();
    const bool far = sets_.round_trip() >= kFar;
    piece_rows_ = far ? std::min(4 * piece_rows_, 2 * options_.piece_rows)
                      : std::min(2 * piece_rows_, options_.piece_rows);
    if (collected_.sets.empty()) {
      WriteOthers(collected_);
      collected_.Clear();
      return;
    }
    std::swap(collected_, underway_);
    writing_ = std::async(std::launch::async, [this] { return sets_.Write(underway_.sets); });
  }

  void FinishUnderway() {
    if (!writing_.valid()) return;
    Settle(underway_, writing_.get());
    WriteOthers(underway_);
    underway_.Clear();
  }

  void Fold() {
    LoadShapes();
    DeferConstraints();
    FoldSets(collected_, plans_, options_.set_rows);
  }

  void LoadShapes() {
    std::vector<pg::QualifiedName> wanted;
    std::set<CachedTable*> seen;
    for (const Piece::Row& at : collected_.piece.rows())
      if (at.table->must_load() && seen.insert(at.table).second) wanted.push_back(at.table->name());
    if (wanted.empty()) return;
    FinishUnderway();  // it has the session
    auto shapes = structure::LoadTableShapes(target_, wanted);
    for (const Piece::Row& at : collected_.piece.rows()) {
      if (!at.table->must_load()) continue;
      const auto shape = shapes.find(at.table->name());
      if (shape == shapes.end()) RaiseNoTable(at);
      at.table->SetShape(std::move(shape->second));
    }
  }

  // A row may come before the one it refers to, as at the source.
  void DeferConstraints() {
    if (constraints_.deferred()) return;
    const auto rows = collected_.piece.rows();
    if (std::ranges::none_of(rows,
                             [](const Piece::Row& at) { return at.table->shape()->deferrable; }))
      return;
    FinishUnderway();  // it has the session
    constraints_.Defer();
  }

  [[noreturn]] static void RaiseNoTable(const Piece::Row& at) {
    RowEvent row;
    DecodeRow(row, at.event, *at.table);
    throw DescribeFailure(at.event, OperationLetter(row.operation()), *at.table, row.KeyText(),
                          NoSuchTable(*at.table));
  }

  void Settle(Portion& portion, const Reasons& reasons) {
    for (std::size_t at = 0; at < reasons.size(); ++at) {
      TableSet& set = portion.sets[at];
      if (!reasons[at].empty()) {
        ++stats_.sets_undone;
        set.table->SetFailed();
        spdlog::debug("table \"{}\": {} events are written one by one, since as a set: {}",
                      set.table->name().ToString(), set.rows.size(), reasons[at]);
        continue;
      }
      stats_.inserted += set.counts.inserted;
      stats_.updated += set.counts.updated;
      stats_.deleted += set.counts.deleted;
      stats_.in_sets += static_cast<std::int64_t>(set.rows.size());
      set.table->SetWritten();
      for (Piece::Row* row : set.rows) row->written = true;
    }
  }

  // Table by table where that is the same, so that one of many prepared statements is used again
  // soon.
  void WriteOthers(Portion& portion) {
    std::vector<const Piece::Row*> rows;
    bool any_order = true;
    for (const Piece::Row& row : portion.piece.rows()) {
      if (row.written) continue;
      rows.push_back(&row);
      any_order = any_order && !row.table->shape()->row_by_row;
    }
    if (any_order)
      std::ranges::stable_sort(rows, std::less<>(), [](const auto* row) { return row->table; });
    for (const Piece::Row* row : rows) ordered_.Write(*row);
    ordered_.Flush();
  }

  pg::Connection& target_;
  TargetTables& tables_;
  ApplyOptions options_;  // ordered_ looks at it, too
  ApplyStats stats_;
  PlanCache plans_;
  OrderedWriter ordered_;
  Truncation truncation_;
  DeferredConstraints constraints_;
  SetWriter sets_;
  std::shared_ptr<const OriginText> origin_text_;
  std::string recoded_;  // data of the event in hand
  bool forget_ = false;
  std::size_t piece_rows_ = 0;  // of the piece that is collected
  Portion collected_;
  // Its sets are being written by a thread of `writing_`, to which the session and sets_ belong
  // until FinishUnderway.
  Portion underway_;
  std::future<Reasons> writing_;
};

Applier::Applier(pg::Connection& target, TargetTables& tables, ApplyOptions options,
                 std::function<void(const std::string&)> warn)
    : impl_(std::make_unique<Impl>(target, tables, options, warn)) {}

Applier::~Applier() = default;

void Applier::SetOriginText(std::shared_ptr<const OriginText> text) {
  impl_->SetOriginText(std::move(text));
}

bool Applier::IsDataEvent(const pgq::Event& event) {
  return RowEvent::IsRowEvent(event.type_or_empty());
}

void Applier::BeginBatch(pqxx::transaction_base&) { impl_->BeginBatch(); }
void Applier::Apply(const pgq::Event& event) { impl_->Apply(event); }
void Applier::Flush() { impl_->Flush(); }
void Applier::CheckConstraints() { impl_->CheckConstraints(); }
const MissingCounts& Applier::missing() const { return impl_->missing(); }
std::vector<std::pair<std::string, bool>> Applier::TakeIndexNews() {
  return impl_->TakeIndexNews();
}
ApplyStats Applier::FinishBatch() { return impl_->FinishBatch(); }

void Applier::Abort() {
  impl_->Abort();
  impl_->ForgetPlans();
}

void Applier::Reconfigure(const ApplyOptions& options) { impl_->Reconfigure(options); }
void Applier::ForgetPlans() { impl_->ForgetPlans(); }

}  // namespace londiste::apply
