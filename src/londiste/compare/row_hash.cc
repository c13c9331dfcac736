#include "londiste/compare/row_hash.h"

#include <fmt/format.h>

#include <iterator>

#include "londiste/compare/column_type.h"

namespace londiste::compare {
namespace {

std::string List(const std::vector<std::string>& expressions) {
  std::string list;
  for (const std::string& expression : expressions) list += (list.empty() ? "" : ", ") + expression;
  return list;
}

// Hashes are of bytes, which depend on the server's encoding.
std::string TextOf(const std::vector<std::string>& expressions, bool as_utf8) {
  const std::string text = "row(" + List(expressions) + ")::text";
  return as_utf8 ? "encode(convert_to(" + text + ", 'UTF8'), 'hex') collate \"C\""
                 : text + " collate \"C\"";
}

std::string BucketOf(const Comparison& comparison, const ComparedSide& side, std::int64_t buckets) {
  const std::string hash =
      comparison.integer_key ? "hashint8extended((" + side.key.front() + ")::int8, 0)"
                             : "hashtextextended(" + TextOf(side.key, comparison.as_utf8) + ", 0)";
  return fmt::format("{} & {}", hash, buckets - 1);
}

}  // namespace

std::string FromPiece(const ComparedSide& side, const Piece& piece, const std::string& condition) {
  if (!piece.values.empty())
    return " from " + piece.values + " t" + (condition.empty() ? "" : " where " + condition);
  std::string where;
  const auto add = [&](const std::string& more) {
    if (!more.empty()) where += (where.empty() ? " where (" : " and (") + more + ")";
  };
  if (piece.range) add(piece.range->Condition("t.ctid"));
  add(side.condition);
  add(side.where);
  add(condition);
  return " from " + std::string(piece.only ? "only " : "") + piece.relation.Quoted() + " t" + where;
}

namespace {

std::string IsAmong(const Comparison& comparison, const ComparedSide& side,
                    const SomeBuckets& among) {
  std::vector<unsigned char> bits(static_cast<std::size_t>((among.buckets + 7) / 8));
  for (const std::int64_t bucket : among.wanted)
    bits[static_cast<std::size_t>(bucket / 8)] |= static_cast<unsigned char>(1U << (bucket % 8));
  std::string set;
  for (const unsigned char byte : bits) fmt::format_to(std::back_inserter(set), "{:02x}", byte);
  return "get_bit('\\x" + set + "'::bytea, (" + BucketOf(comparison, side, among.buckets) +
         ")::int4) = 1";
}

}  // namespace

// The text is computed once: "offset 0" keeps the planner from computing it for each hash.
std::string SumsSql(const Comparison& comparison, const ComparedSide& side, const Piece& piece,
                    std::int64_t buckets, const SomeBuckets& among) {
  const std::string condition = among.wanted.empty() ? "" : IsAmong(comparison, side, among);
  return "select b, count(*), sum(hashtextextended(x, 0)), sum(hashtextextended(x, 1)) from "
         "(select " +
         BucketOf(comparison, side, buckets) + " as b, " + TextOf(side.values, comparison.as_utf8) +
         " as x" + FromPiece(side, piece, condition) + " offset 0) q group by b";
}

std::string CountSql(const ComparedSide& side, const Piece& piece) {
  return "select 0, count(*), 0, 0" + FromPiece(side, piece, "");
}

Sums ReadSums(const pqxx::row& row) {
  return {row[1].as<std::int64_t>(), ParseSum(row[2].c_str()), ParseSum(row[3].c_str())};
}

std::string RowsSql(const Comparison& comparison, const ComparedSide& side, const Piece& piece,
                    const SomeBuckets& among) {
  std::string keys, names;
  for (std::size_t i = 0; i < side.key.size(); ++i) {
    keys += fmt::format("{} as k{}, ", OutputText(side.key[i]), i);
    names += fmt::format("k{}, ", i);
  }
  return "select " + names + "hashtextextended(x, 0), hashtextextended(x, 1) from (select " + keys +
         TextOf(side.values, comparison.as_utf8) + " as x" +
         FromPiece(side, piece, IsAmong(comparison, side, among)) + " offset 0) q";
}

}  // namespace londiste::compare
