// Fills a RowEvent: the part the three wire formats share.
#pragma once

#include <string>
#include <string_view>

#include "londiste/apply/row_event.h"

namespace londiste::apply {

class RowDecoder {
 public:
  // Decoded bytes are never more than encoded ones plus a NUL for each value, which its separator
  // pays for: `encoded_size` and a little is enough for the buffer never to move.
  RowDecoder(RowEvent& row, std::size_t encoded_size);

  void SetOperation(Operation operation) { row_.operation_ = operation; }
  void SetRawSql(std::string_view sql);
  // Columns added from now on are those of the condition.
  void BeginCondition() { row_.condition_start_ = row_.columns_.size(); }
  // Compares the condition with the columns before it. REQUIRES: no NULL in the condition.
  void FindKeyChange();
  void AddKey(std::string_view name) { row_.keys_.push_back(name); }
  void AddColumn(std::string_view name, const char* value) {
    row_.columns_.push_back({name, value});
  }

  // Text under construction: append to buffer() after Begin, then take what came since.
  std::string& buffer() { return row_.buffer_; }
  void Begin() { start_ = row_.buffer_.size(); }
  std::string_view TakeName();
  const char*
  TakeValue();  // throws base::Error for a value with a zero byte, which no server stores as text

 private:
  RowEvent& row_;
  std::size_t start_ = 0;
};

void DecodeSqlFragment(RowDecoder& decoder, Operation operation, std::string_view data);
void DecodeJson(RowDecoder& decoder, std::string_view type, std::string_view data);
Operation OperationFromLetter(char letter);  // throws base::Error

}  // namespace londiste::apply
