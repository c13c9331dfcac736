#include "londiste/apply/buffered_rows.h"

#include <cstring>

namespace londiste::apply {
namespace {

constexpr std::size_t kBlockSize = 256 * 1024;

}  // namespace

void BufferedRows::Add(const pgq::Event& event, CachedTable& table, bool may_miss) {
  const HeldEvent held{event.id, Keep(event.type_or_empty()), Keep(event.data_or_empty()),
                       may_miss};
  if (rows_.empty() || rows_.back().table != &table) tables_.insert(&table);
  rows_.push_back({held, &table});
  bytes_ += sizeof(Row) + held.type.size() + held.data.size();
}

void BufferedRows::AddStatement(const pgq::Event& event, CachedTable& table,
                                std::string_view statement) {
  Add(event, table);
  rows_.back().statement = Keep(statement);
  bytes_ += statement.size();
}

std::string_view BufferedRows::Keep(std::string_view text) {
  if (text.empty()) return {};
  if (text.size() > left_) {
    left_ = std::max(kBlockSize, text.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
    next_ = blocks_.back().get();
  }
  std::memcpy(next_, text.data(), text.size());
  const std::string_view kept(next_, text.size());
  next_ += text.size();
  left_ -= text.size();
  return kept;
}

void BufferedRows::Clear() {
  rows_.clear();
  tables_.clear();
  blocks_.clear();
  left_ = 0;
  next_ = nullptr;
  bytes_ = 0;
}

}  // namespace londiste::apply
