#include "cascade/event_copy.h"

#include "base/error.h"
#include "pg/copy.h"

namespace cascade {
namespace {

void AppendField(std::string& out, std::optional<std::string_view> value) {
  if (value)
    pg::AppendCopyText(out, *value);
  else
    out += "\\N";
}

}  // namespace

void EventCopy::BeginBatch() {
  buffer_.clear();
  rows_ = 0;
}

void EventCopy::EndPart(const BatchContext& context, pqxx::transaction_base& tx) {
  Write(context.target, tx);
}

void EventCopy::EndBatch(const BatchContext& context, pqxx::transaction_base& tx) {
  EndPart(context, tx);
}

void EventCopy::Append(const pgq::Event& event) {
  if (ids_ == Ids::kSame) {
    buffer_ += std::to_string(event.id.value());
    buffer_ += '\t';
  }
  AppendField(buffer_, event.time);
  for (const auto& field :
       {event.type, event.data, event.extra1, event.extra2, event.extra3, event.extra4}) {
    buffer_ += '\t';
    AppendField(buffer_, field);
  }
  buffer_ += '\n';
  ++rows_;
}

void EventCopy::Write(pg::Connection& target, pqxx::transaction_base& tx) {
  if (rows_ == 0) return;
  // Asked for each piece: rotation may have moved on since the last one.
  const std::string table =
      tx.exec_params1("select pgq.current_event_table($1)", queue_)[0].as<std::string>();
  pg::CopyIn copy(target, "copy " + table + " (" + (ids_ == Ids::kSame ? "ev_id, " : "") +
                              "ev_time, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, "
                              "ev_extra4) from stdin");
  copy.Write(buffer_);
  const std::int64_t stored = copy.Finish();
  if (stored != rows_)
    throw base::Error("queue \"" + queue_ + "\" stored " + std::to_string(stored) + " of " +
                      std::to_string(rows_) + " events");
  buffer_.clear();
  rows_ = 0;
}

}  // namespace cascade
