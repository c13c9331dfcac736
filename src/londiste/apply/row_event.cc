#include "londiste/apply/row_event.h"

#include <cstring>

#include "base/error.h"
#include "londiste/apply/row_decoder.h"
#include "pgq/urlencode.h"

namespace londiste::apply {
namespace {

constexpr std::size_t kLongestKeyText = 200;

bool IsJsonType(std::string_view type) { return type.starts_with("{\""); }

}  // namespace

char OperationLetter(Operation operation) {
  switch (operation) {
    case Operation::kInsert:
      return 'I';
    case Operation::kUpdate:
      return 'U';
    case Operation::kDelete:
      return 'D';
    case Operation::kTruncate:
      return 'R';
  }
  return '?';
}

Operation OperationFromLetter(char letter) {
  switch (letter) {
    case 'I':
      return Operation::kInsert;
    case 'U':
      return Operation::kUpdate;
    case 'D':
      return Operation::kDelete;
    case 'R':
    case 'T':  // jsontriga's "TRUNCATE"
      return Operation::kTruncate;
    default:
      throw base::Error(std::string("unknown operation \"") + letter + "\"");
  }
}

bool RowEvent::IsTruncate(std::string_view type, std::string_view data) {
  if (!IsJsonType(type)) return type == "R";
  if (type.find("TRUNCATE") == std::string_view::npos) return false;
  RowEvent row;
  try {
    row.Decode(type, data);
  } catch (const base::Error&) {
    return false;
  }
  return row.operation() == Operation::kTruncate;
}

bool RowEvent::IsRowEvent(std::string_view type) {
  if (type == "R" || IsJsonType(type)) return true;
  const bool row = !type.empty() && (type[0] == 'I' || type[0] == 'U' || type[0] == 'D');
  return row && (type.size() == 1 || type[1] == ':');
}

void RowEvent::Decode(std::string_view type, std::string_view data) {
  RowDecoder decoder(*this, type.size() + data.size());
  if (IsJsonType(type)) {
    DecodeJson(decoder, type, data);
    return;
  }
  operation_ = OperationFromLetter(type.at(0));
  if (operation_ == Operation::kTruncate) return;
  if (type.size() == 1) {
    DecodeSqlFragment(decoder, operation_, data);
  } else {
    DecodeUrlencoded(decoder, type, data);
  }
}

void RowEvent::DecodeUrlencoded(RowDecoder& decoder, std::string_view type, std::string_view data) {
  for (std::string_view names = type.substr(2); !names.empty();) {
    const auto comma = names.find(',');
    if (comma != 0) keys_.push_back(names.substr(0, comma));
    names = comma == std::string_view::npos ? std::string_view() : names.substr(comma + 1);
  }
  while (!data.empty()) {
    const auto end = data.find('&');
    const std::string_view element = data.substr(0, end);
    data = end == std::string_view::npos ? std::string_view() : data.substr(end + 1);
    if (element.empty()) continue;
    const auto equals = element.find('=');
    decoder.Begin();
    pgq::DecodeTo(buffer_, element.substr(0, equals));
    const std::string_view name = decoder.TakeName();
    const char* value = nullptr;
    if (equals != std::string_view::npos) {
      decoder.Begin();
      pgq::DecodeTo(buffer_, element.substr(equals + 1));
      value = decoder.TakeValue();
    }
    columns_.push_back({name, value});
  }
}

std::string RowEvent::KeyText() const {
  std::string text;
  for (const std::string_view key : keys_) {
    const char* value = nullptr;
    for (const RowColumn& column : columns_) {
      if (column.name == key) value = column.value;
    }
    text += text.empty() ? "(" : ", ";
    text += std::string(key) + "=" + (value == nullptr ? "NULL" : value);
    if (text.size() > kLongestKeyText) {
      text.resize(kLongestKeyText);
      text += "…";
      break;
    }
  }
  return text.empty() ? text : text + ")";
}

RowDecoder::RowDecoder(RowEvent& row, std::size_t encoded_size) : row_(row) {
  row_.columns_.clear();
  row_.keys_.clear();
  row_.condition_start_ = std::string_view::npos;
  row_.changes_key_ = false;
  row_.is_raw_sql_ = false;
  row_.raw_sql_ = {};
  row_.buffer_.clear();
  row_.buffer_.reserve(encoded_size + 16);
}

void RowDecoder::FindKeyChange() {
  const std::span<const RowColumn> all(row_.columns_);
  const auto condition = all.subspan(row_.condition_start());
  row_.changes_key_ =
      std::ranges::any_of(all.first(row_.condition_start()), [&](const RowColumn& set) {
        return std::ranges::any_of(condition, [&](const RowColumn& old) {
          return old.name == set.name &&
                 (set.value == nullptr || std::strcmp(old.value, set.value) != 0);
        });
      });
}

void RowDecoder::SetRawSql(std::string_view sql) {
  row_.columns_.clear();
  row_.keys_.clear();
  row_.is_raw_sql_ = true;
  row_.raw_sql_ = sql;
}

std::string_view RowDecoder::TakeName() { return std::string_view(row_.buffer_).substr(start_); }

const char* RowDecoder::TakeValue() {
  const std::string_view value = std::string_view(row_.buffer_).substr(start_);
  if (value.find('\0') != std::string_view::npos) throw base::Error("a value holds a zero byte");
  row_.buffer_ += '\0';
  return row_.buffer_.data() + start_;
}

}  // namespace londiste::apply
