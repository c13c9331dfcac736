// Row events kept until they are written together: in order, with text of their own, since the
// chunk they came with goes away.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "londiste/apply/plan_cache.h"
#include "pgq/event.h"

namespace londiste::apply {

// What is kept of an event.
struct HeldEvent {
  pgq::EventId id;
  std::string_view type, data;
  bool may_miss = false;  // its row need not be there
};

class BufferedRows {
 public:
  struct Row {
    HeldEvent event;
    CachedTable* table;
    bool written = false;
    std::string_view statement{};  // of a handler, which stands for the row
  };

  void Add(const pgq::Event& event, CachedTable& table, bool may_miss = false);
  void AddStatement(const pgq::Event& event, CachedTable& table, std::string_view statement);
  // Valid until Clear, also when the object is moved.
  std::span<Row> rows() { return rows_; }
  std::size_t size() const { return rows_.size(); }
  std::size_t bytes() const { return bytes_; }
  std::size_t tables() const { return tables_.size(); }
  bool empty() const { return rows_.empty(); }
  void Clear();

 private:
  std::string_view Keep(std::string_view text);

  std::vector<Row> rows_;
  std::unordered_set<const CachedTable*> tables_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t left_ = 0;   // in the last block
  char* next_ = nullptr;   // free space of the last block
  std::size_t bytes_ = 0;  // of text and of rows
};

}  // namespace londiste::apply
