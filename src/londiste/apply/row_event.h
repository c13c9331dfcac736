// One row change as an event carries it, in whichever of the three wire formats: urlencoded
// (logutriga), SQL fragment (sqltriga), JSON (jsontriga).
//
// Decoded into one buffer that is used again for the next event: what the accessors return is valid
// until the next Decode. One thread.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pgq/event.h"

namespace londiste::apply {

enum class Operation { kInsert, kUpdate, kDelete, kTruncate };

char OperationLetter(Operation operation);  // I U D R

struct RowColumn {
  std::string_view name;
  const char* value;  // ends in a NUL byte; nullptr is NULL
};

class RowEvent {
 public:
  // True for the event types that Decode understands.
  static bool IsRowEvent(std::string_view type);
  // A TRUNCATE, of whatever trigger. False for data that cannot be read: that comes out when the
  // event is decoded.
  static bool IsTruncate(std::string_view type, std::string_view data);
  // Of logutriga: `I:id`.
  static bool IsUrlencoded(std::string_view type) { return type.size() > 1 && type[1] == ':'; }

  // Throws base::Error for data that is not in the format its type promises.
  void Decode(std::string_view type, std::string_view data);

  Operation operation() const { return operation_; }
  // All columns the event has, key columns too, in the event's order.
  std::span<const RowColumn> columns() const { return columns_; }
  std::span<const std::string_view> keys() const { return keys_; }
  // Those of an SQL fragment's condition are the last ones, from this one on: they tell which row,
  // not what becomes of it.
  std::size_t condition_start() const { return std::min(condition_start_, columns_.size()); }
  // An update whose condition names the row by its old key and that sets another one. In no other
  // format can the key differ in more than how it is written.
  bool changes_key() const { return changes_key_; }
  // An SQL fragment of a shape the triggers do not produce: to be run as it stands, columns() and
  // keys() are empty.
  bool is_raw_sql() const { return is_raw_sql_; }
  std::string_view raw_sql() const { return raw_sql_; }

  // `(id=5, b=x)` for messages, shortened; "" without a key.
  std::string KeyText() const;

 private:
  friend class RowDecoder;
  void DecodeUrlencoded(class RowDecoder& decoder, std::string_view type, std::string_view data);

  Operation operation_ = Operation::kInsert;
  std::vector<RowColumn> columns_;
  std::vector<std::string_view> keys_;
  std::size_t condition_start_ = std::string_view::npos;
  bool changes_key_ = false;
  bool is_raw_sql_ = false;
  std::string_view raw_sql_;
  std::string buffer_;
};

}  // namespace londiste::apply
