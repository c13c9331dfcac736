#include "cascade/branch_copy.h"

#include <algorithm>

#include "base/error.h"
#include "pg/copy.h"

namespace cascade {
namespace {

void AppendField(std::string& out, std::optional<std::string_view> value) {
  out += '\t';
  if (value)
    pg::AppendCopyText(out, *value);
  else
    out += "\\N";
}

}  // namespace

void BranchCopy::BeginBatch() {
  buffer_.clear();
  rows_ = 0;
  max_event_id_ = 0;
}

void BranchCopy::Add(const pgq::Event& event) {
  buffer_ += std::to_string(event.id.value());
  for (const auto& field : {std::optional(event.time), event.type, event.data, event.extra1,
                            event.extra2, event.extra3, event.extra4})
    AppendField(buffer_, field);
  buffer_ += '\n';
  ++rows_;
  max_event_id_ = std::max(max_event_id_, event.id.value());
}

void BranchCopy::Write(pg::Connection& target, pqxx::transaction_base& tx) {
  if (rows_ == 0) return;
  // Asked for each piece: rotation may have moved on since the last one.
  const std::string table =
      tx.exec_params1("select pgq.current_event_table($1)", queue_)[0].as<std::string>();
  pg::CopyIn copy(target, "copy " + table +
                              " (ev_id, ev_time, ev_type, ev_data, ev_extra1, ev_extra2, "
                              "ev_extra3, ev_extra4) from stdin");
  copy.Write(buffer_);
  const std::int64_t stored = copy.Finish();
  if (stored != rows_)
    throw base::Error("branch queue stored " + std::to_string(stored) + " of " +
                      std::to_string(rows_) + " events");
  buffer_.clear();
  rows_ = 0;
}

}  // namespace cascade
