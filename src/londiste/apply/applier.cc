#include "londiste/apply/applier.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>
#include <vector>

#include "londiste/apply/apply_error.h"
#include "londiste/apply/row_event.h"
#include "londiste/structure/table_shape.h"

namespace londiste::apply {
namespace {

// At most, about: sqltriga events may come with any subset of a table's columns.
constexpr std::size_t kMaxPlans = 50'000;

// Text of handlers' statements that are sent together, about.
constexpr std::size_t kCallBytes = 1U << 20;

// A round trip from which on larger buffers pay.
constexpr std::chrono::milliseconds kFar(3);

}  // namespace

Applier::Applier(pg::Connection& target, TargetTables& tables, ApplyOptions options,
                 std::function<void(const std::string&)> warn)
    : target_(target),
      tables_(tables),
      options_(std::move(options)),
      plans_(options_.queue),
      ordered_(target, options_, plans_, stats_, warn),
      truncation_(target, options_, warn),
      constraints_(target),
      sets_(target, options_) {}

Applier::~Applier() {
  for (TargetTable* table : in_batch_) table->in_batch = false;
}

bool Applier::IsDataEvent(const pgq::Event& event) {
  return RowEvent::IsRowEvent(event.type_or_empty());
}

void Applier::BeginBatch(pqxx::transaction_base& tx, Batch batch) {
  sets_.Committed();  // unless Abort was called
  ordered_.Committed();
  Reset();
  tx_ = &tx;
  batch_ = std::move(batch);
  stats_ = {};
  buffer_rows_ = std::min(options_.first_buffer_rows, options_.buffer_rows);
  if (plans_.plan_count() > kMaxPlans) forget_ = true;
  plans_.StartBatch();
}

void Applier::Apply(const pgq::Event& event) {
  ++stats_.events;
  TargetTable* target = tables_.Resolve(event.extra1_or_empty(), event.txid);
  if (target == nullptr) {
    ++stats_.ignored;
    return;
  }
  if (forget_) ForgetNow();
  CachedTable& table = plans_.Table(target->table.dest);
  table.SetTarget(target->table);
  const bool encoded = origin_text_ && RowEvent::IsUrlencoded(event.type_or_empty());
  handlers::TableEvent change{encoded ? InUtf8(event, table, *target) : event,
                              RowEvent::IsTruncate(event.type_or_empty(), event.data_or_empty())};
  if (target->rewrites_rows()) change.event = target->Rewrite(change.event);
  switch (AskHandler(*target, change)) {
    case handlers::EventUse::kApply:
      return Deliver(change, table);
    case handlers::EventUse::kIgnore:
      ++stats_.ignored;
      return;
    case handlers::EventUse::kDone:
      return;
  }
}

void Applier::Apply(const pgq::Event& event, const pg::QualifiedName& name, Missing missing) {
  CachedTable& table = plans_.Table(name);
  table.SetTarget(asked_->table);
  Deliver({event, RowEvent::IsTruncate(event.type_or_empty(), event.data_or_empty())}, table,
          missing);
}

void Applier::Deliver(const handlers::TableEvent& change, CachedTable& table, Missing missing) {
  WriteCalls();
  if (change.is_truncate) {
    Truncate(table, change.event);
    return;
  }
  if (truncation_.MustPrecede(table, change.event.txid)) Flush();
  BufferedRows& buffered = collected_.buffered;
  buffered.Add(change.event, table, missing == Missing::kNoMatter);
  if (BufferIsFull()) PassOn();
}

// Statements cost by the table: their rows had better come together.
bool Applier::BufferIsFull() const {
  constexpr std::size_t kLonger = 4;
  const BufferedRows& buffered = collected_.buffered;
  const std::size_t rows = buffered.size();
  if (buffered.bytes() >= options_.buffer_bytes) return true;
  return rows >= buffer_rows_ &&
         (rows >= options_.table_rows * buffered.tables() || rows >= kLonger * buffer_rows_);
}

handlers::EventUse Applier::AskHandler(TargetTable& target, handlers::TableEvent& event) {
  if (!target.in_batch) {
    target.in_batch = true;
    in_batch_.push_back(&target);
    target.handler->BatchBegins();
  }
  asked_ = &target;
  return target.handler->Use(event, *this);
}

void Applier::Execute(const pgq::Event& event, const std::string& statement) {
  if (calls_.empty()) Flush();
  calls_.AddStatement(event, plans_.Table(asked_->table.dest), statement);
  if (calls_.bytes() >= kCallBytes) WriteCalls();
}

void Applier::WriteCalls() {
  if (calls_.empty()) return;
  for (const BufferedRows::Row& call : calls_.rows()) ordered_.WriteStatement(call);
  ordered_.Flush();
  calls_.Clear();
}

handlers::BatchTarget::Session Applier::Statements() {
  Flush();
  return {target_, *tx_};
}

std::optional<handlers::BatchTarget::NewKey> Applier::ReadNewKey(const pgq::Event& event) const {
  if (event.type_or_empty() != "U") return std::nullopt;
  RowEvent row;
  row.Decode(event.type_or_empty(), event.data_or_empty());
  if (!row.changes_key()) return std::nullopt;
  NewKey read;
  for (std::size_t at = 0; at < row.columns().size(); ++at) {
    const RowColumn& column = row.columns()[at];
    pgq::Field field{std::string(column.name), std::nullopt};
    if (column.value != nullptr) field.value = column.value;
    (at < row.condition_start() ? read.row : read.old_key).push_back(std::move(field));
  }
  return read;
}

void Applier::SetOriginText(std::shared_ptr<const OriginText> text) {
  origin_text_ = std::move(text);
}

void Applier::Flush() {
  WriteCalls();
  Fold();
  FinishUnderway();
  if (!truncation_.empty()) {
    constraints_.CheckNow();
    stats_.truncated += truncation_.Execute();
  }
  if (collected_.buffered.empty()) return;
  Settle(collected_, sets_.Write(collected_.sets));
  WriteOthers(collected_);
  collected_.Clear();
}

void Applier::CheckConstraints() {
  Flush();
  constraints_.CheckNow();
}

void Applier::LeaveTargets() {
  Flush();
  for (TargetTable* table : std::exchange(in_batch_, {})) {
    table->in_batch = false;
    asked_ = table;
    table->handler->BatchEnds(*this);
  }
  Flush();
  asked_ = nullptr;
}

ApplyStats Applier::FinishBatch() {
  LeaveTargets();
  ordered_.Summarise();
  return stats_;
}

void Applier::Abort() {
  if (writing_.valid()) writing_.wait();
  writing_ = {};
  Reset();
  for (TargetTable* table : std::exchange(in_batch_, {})) table->in_batch = false;
  ordered_.RolledBack();
  sets_.RolledBack();
  ForgetPlans();
}

void Applier::Reconfigure(const ApplyOptions& options) { options_ = options; }

// At the next event, since plans of statements under way are still needed.
void Applier::ForgetPlans() { forget_ = true; }

const MissingCounts& Applier::missing() const { return ordered_.missing(); }
MissingCounts Applier::TakeMissing() { return ordered_.TakeMissing(); }

std::vector<std::pair<std::string, bool>> Applier::TakeIndexNews() {
  return plans_.TakeIndexNews();
}

void Applier::Reset() {
  ordered_.Abandon();
  calls_.Clear();
  collected_.Clear();
  underway_.Clear();
  truncation_.Clear();
  constraints_.TransactionEnded();
}

void Applier::ForgetNow() {
  Flush();
  plans_.Clear();
  ordered_.Forget();
  sets_.Forget();
  forget_ = false;
}

// Valid until the next call.
pgq::Event Applier::InUtf8(pgq::Event event, const CachedTable& table, const TargetTable& target) {
  try {
    auto data = origin_text_->ToUtf8(event.data_or_empty());
    if (data) event.data = recoded_ = std::move(*data);
    return event;
  } catch (const base::Error& error) {
    throw DescribeFailure({event.id, event.type_or_empty(), event.data_or_empty()},
                          event.type_or_empty()[0], table, "",
                          pg::SqlError(target.rewrites_rows()  // and so may hide the value
                                           ? "a value is not text in the origin's encoding"
                                           : error.what(),
                                       error.hint(), {}, {}, {}));
  }
}

// Rows that came before it go before it.
void Applier::Truncate(CachedTable& table, const pgq::Event& event) {
  const auto rows = collected_.buffered.rows();
  if (truncation_.empty() ||
      std::ranges::any_of(rows, [&](const BufferedRows::Row& at) { return at.table == &table; }))
    Flush();
  truncation_.Add(table, event);
}

// A full buffer: its sets are written while the next rows are buffered.
void Applier::PassOn() {
  Fold();
  FinishUnderway();
  const bool far = sets_.round_trip() >= kFar;
  buffer_rows_ = far ? std::min(4 * buffer_rows_, 2 * options_.buffer_rows)
                     : std::min(2 * buffer_rows_, options_.buffer_rows);
  if (collected_.sets.empty()) {
    WriteOthers(collected_);
    collected_.Clear();
    return;
  }
  std::swap(collected_, underway_);
  writing_ = std::async(std::launch::async, [this] { return sets_.Write(underway_.sets); });
}

void Applier::FinishUnderway() {
  if (!writing_.valid()) return;
  Settle(underway_, writing_.get());
  WriteOthers(underway_);
  underway_.Clear();
}

void Applier::Fold() {
  LoadShapes();
  DeferConstraints();
  FoldSets(collected_, plans_, options_.set_rows);
}

void Applier::LoadShapes() {
  std::vector<pg::QualifiedName> wanted;
  std::set<CachedTable*> seen;
  for (const BufferedRows::Row& at : collected_.buffered.rows())
    if (at.table->must_load() && seen.insert(at.table).second) wanted.push_back(at.table->name());
  if (wanted.empty()) return;
  FinishUnderway();  // it has the session
  auto shapes = structure::LoadTableShapes(target_, wanted);
  for (const BufferedRows::Row& at : collected_.buffered.rows()) {
    if (!at.table->must_load()) continue;
    const auto shape = shapes.find(at.table->name());
    if (shape == shapes.end()) RaiseNoTable(at);
    at.table->SetShape(std::move(shape->second));
  }
}

// A row may come before the one it refers to, as at the source.
void Applier::DeferConstraints() {
  if (constraints_.deferred()) return;
  const auto rows = collected_.buffered.rows();
  if (std::ranges::none_of(
          rows, [](const BufferedRows::Row& at) { return at.table->shape()->deferrable; }))
    return;
  FinishUnderway();  // it has the session
  constraints_.Defer();
}

void Applier::RaiseNoTable(const BufferedRows::Row& at) {
  RowEvent row;
  DecodeHeldEvent(row, at.event, *at.table);
  throw DescribeFailure(at.event, OperationLetter(row.operation()), *at.table, row.KeyText(),
                        NoSuchTable(*at.table));
}

void Applier::Settle(FoldedRows& folded, const Reasons& reasons) {
  for (std::size_t at = 0; at < reasons.size(); ++at) {
    TableSet& set = folded.sets[at];
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
    for (BufferedRows::Row* row : set.rows) row->written = true;
  }
}

// Table by table where that is the same, so that one of many prepared statements is used again
// soon.
void Applier::WriteOthers(FoldedRows& folded) {
  std::vector<const BufferedRows::Row*> rows;
  bool any_order = true;
  for (const BufferedRows::Row& row : folded.buffered.rows()) {
    if (row.written) continue;
    rows.push_back(&row);
    any_order = any_order && !row.table->shape()->row_by_row;
  }
  if (any_order)
    std::ranges::stable_sort(rows, std::less<>(), [](const auto* row) { return row->table; });
  for (const BufferedRows::Row* row : rows) ordered_.Write(*row);
  ordered_.Flush();
}

}  // namespace londiste::apply
