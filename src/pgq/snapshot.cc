#include "pgq/snapshot.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace pgq {
namespace {

// Reads the number that ends at `end_char` (or at the end of the text) and moves on behind it.
bool TakeNumber(std::string_view& rest, char end_char, std::int64_t& number) {
  const auto parsed = base::ParseWhole<std::int64_t>(base::TakeUntil(rest, end_char));
  number = parsed.value_or(-1);
  return number >= 0;
}

[[noreturn]] void Refuse(std::string_view text) {
  throw base::Error("invalid snapshot \"" + std::string(text) + "\"");
}

}  // namespace

Snapshot Snapshot::Parse(std::string_view text) {
  Snapshot snapshot;
  std::int64_t xmin = 0, xmax = 0;
  const auto colons = std::count(text.begin(), text.end(), ':');
  std::string_view rest = text;
  if (colons != 2 || !TakeNumber(rest, ':', xmin) || !TakeNumber(rest, ':', xmax) || xmin > xmax)
    Refuse(text);
  while (!rest.empty()) {
    std::int64_t txid = 0;
    const bool comma_last = rest.back() == ',';
    if (comma_last || !TakeNumber(rest, ',', txid) || txid < xmin || txid >= xmax) Refuse(text);
    snapshot.running_.push_back(txid);
  }
  snapshot.xmin_ = Txid(xmin);
  snapshot.xmax_ = Txid(xmax);
  std::sort(snapshot.running_.begin(), snapshot.running_.end());
  return snapshot;
}

bool Snapshot::Contains(Txid txid) const {
  if (txid < xmin_) return true;
  if (txid >= xmax_) return false;
  return !std::binary_search(running_.begin(), running_.end(), txid.value());
}

bool Snapshot::Covers(const Snapshot& other) const {
  // What `other` saw at or above our xmax: everything there that was not still running for it.
  if (other.xmin_ > xmax_) return false;
  for (std::int64_t txid = xmax_.value(); txid < other.xmax_.value(); ++txid) {
    if (other.Contains(Txid(txid))) return false;
  }
  // Below our xmax we miss only what was running for us.
  return std::none_of(running_.begin(), running_.end(),
                      [&](std::int64_t txid) { return other.Contains(Txid(txid)); });
}

std::string Snapshot::ToString() const {
  std::string text = base::ToString(xmin_) + ":" + base::ToString(xmax_) + ":";
  for (std::size_t at = 0; at < running_.size(); ++at) {
    if (at > 0) text += ',';
    text += std::to_string(running_[at]);
  }
  return text;
}

}  // namespace pgq
