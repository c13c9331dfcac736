// Tables compared without sending rows: each row falls into a bucket by its key, each bucket has
// the number of its rows and two sums of 64-bit hashes of them. Sums of parts of a table add up.
#pragma once

#include <cstdint>
#include <map>
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
  void Add(std::int64_t bucket, const Sums& sums) { buckets_[bucket].Add(sums); }
  void Add(const BucketSums& other);
  Sums Total() const;
  const std::map<std::int64_t, Sums>& buckets() const { return buckets_; }

 private:
  std::map<std::int64_t, Sums> buckets_;
};

struct DifferentBucket {
  std::int64_t bucket;
  std::int64_t rows;  // of both sides
};
std::vector<DifferentBucket> DifferentBuckets(const BucketSums& above, const BucketSums& below);

// 32 hexadecimal digits.
std::string ChecksumText(const Sums& sums);

// For so many rows: a power of two, so that a bucket that differs is soon looked through.
std::int64_t BucketsFor(std::int64_t rows);

}  // namespace londiste::compare
