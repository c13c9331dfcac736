// txid_snapshot values (`xmin:xmax:xip,...`): which transactions a tick or a COPY saw.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pgq/ids.h"

namespace pgq {

class Snapshot {
 public:
  // Throws base::Error `invalid snapshot "…"`.
  static Snapshot Parse(std::string_view text);
  Txid xmin() const { return xmin_; }
  Txid xmax() const { return xmax_; }
  // The transaction had ended when the snapshot was taken.
  bool Contains(Txid txid) const;
  // Every transaction that `other` saw, this one sees as well.
  bool Covers(const Snapshot& other) const;
  std::string ToString() const;
  friend bool operator==(const Snapshot&, const Snapshot&) = default;

 private:
  Txid xmin_, xmax_;
  std::vector<std::int64_t> running_;  // sorted
};

}  // namespace pgq
