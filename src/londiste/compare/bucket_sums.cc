#include "londiste/compare/bucket_sums.h"

#include <fmt/format.h>

#include <stdexcept>

namespace londiste::compare {
namespace {

constexpr std::int64_t kRowsInBucket = 256, kMostBuckets = 4096;

}  // namespace

void Sums::Add(const Sums& other) {
  rows += other.rows;
  first += other.first;
  second += other.second;
}

std::uint64_t ParseSum(std::string_view decimal) {
  const bool negative = decimal.starts_with('-');
  if (negative) decimal.remove_prefix(1);
  if (decimal.empty()) throw std::invalid_argument("no number");
  std::uint64_t sum = 0;
  for (const char digit : decimal) {
    if (digit < '0' || digit > '9')
      throw std::invalid_argument("no whole number: " + std::string(decimal));
    sum = sum * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return negative ? 0 - sum : sum;
}

Sums BucketSums::Total() const {
  Sums total;
  for (const Sums& sums : sums_) total.Add(sums);
  return total;
}

std::vector<DifferentBucket> DifferentBuckets(const BucketSums& above, const BucketSums& below) {
  std::vector<DifferentBucket> different;
  for (std::size_t i = 0; i < above.sums().size(); ++i) {
    const Sums &one = above.sums()[i], &other = below.sums()[i];
    if (one != other) different.push_back({static_cast<std::int64_t>(i), one.rows + other.rows});
  }
  return different;
}

std::string ChecksumText(const Sums& sums) {
  return fmt::format("{:016x}{:016x}", sums.first, sums.second);
}

std::int64_t BucketsFor(std::int64_t rows) {
  std::int64_t buckets = 1;
  while (buckets < kMostBuckets && buckets * kRowsInBucket < rows) buckets *= 2;
  return buckets;
}

}  // namespace londiste::compare
