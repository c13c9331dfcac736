// Tables compared without sending rows: each row falls into a bucket by its key, each bucket has
// the number of its rows and two sums of 64-bit hashes of them. Sums of parts of a table add up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace londiste::compare {

// All arithmetic is modulo 2^64.
struct Sums {
  std::int64_t rows = 0;
  std::uint64_t first = 0, second = 0;
  void Add(const Sums& other);
  friend bool operator==(const Sums&, const Sums&) = default;
};

// A sum as the server writes it, a numeric without fraction. Throws std::invalid_argument.
std::uint64_t ParseSum(std::string_view decimal);

class BucketSums {
 public:
  explicit BucketSums(std::int64_t buckets = 0) : sums_(static_cast<std::size_t>(buckets)) {}
  // Throws std::out_of_range.
  void Add(std::int64_t bucket, const Sums& sums) {
    sums_.at(static_cast<std::size_t>(bucket)).Add(sums);
  }
  Sums Total() const;
  const std::vector<Sums>& sums() const { return sums_; }  // by bucket

 private:
  std::vector<Sums> sums_;
};

struct DifferentBucket {
  std::int64_t bucket;
  std::int64_t rows;  // of both sides
};
// REQUIRES: as many buckets on both sides. In their order.
std::vector<DifferentBucket> DifferentBuckets(const BucketSums& above, const BucketSums& below);

// 32 hexadecimal digits.
std::string ChecksumText(const Sums& sums);

// For so many rows: a power of two, so that a bucket that differs is soon looked through, and the
// server's table of all buckets stays in its processor's caches.
std::int64_t BucketsFor(std::int64_t rows);
// A multiple, for a second look at buckets that differ and have many rows.
inline constexpr std::int64_t kFineBuckets = 1 << 20;

}  // namespace londiste::compare
