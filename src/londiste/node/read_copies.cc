#include "londiste/node/read_copies.h"

#include "pg/may_call.h"

namespace londiste::node {
namespace {

// Some beats of the worker (ProgressStore).
constexpr const char* kRecent =
    "select table_name, phase, rows, bytes, expected_rows, rows_per_second, share, "
    "extract(epoch from eta)::bigint as seconds_left from londiste.get_copy_progress($1) "
    "where updated > now() - interval '15 seconds'";

template <class Value>
std::optional<Value> Known(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<Value>();
}

}  // namespace

std::vector<output::CopyStatus> ReadCopies(pqxx::transaction_base& tx, const std::string& queue) {
  std::vector<output::CopyStatus> copies;
  if (!pg::MayCall(tx, "londiste.get_copy_progress(text)")) return copies;
  // Unlogged tables cannot be read on a standby.
  if (tx.exec1("select pg_catalog.pg_is_in_recovery()")[0].as<bool>()) return copies;
  for (const pqxx::row& row : tx.exec_params(kRecent, queue)) {
    output::CopyStatus copy;
    copy.table = row["table_name"].c_str();
    copy.phase = row["phase"].c_str();
    copy.rows = row["rows"].as<std::int64_t>();
    copy.bytes = row["bytes"].as<std::int64_t>();
    copy.expected_rows = row["expected_rows"].as<std::int64_t>();
    copy.rows_per_second = Known<double>(row["rows_per_second"]);
    copy.share = Known<double>(row["share"]);
    if (const auto left = Known<std::int64_t>(row["seconds_left"]))
      copy.left = std::chrono::seconds(*left);
    copies.push_back(std::move(copy));
  }
  return copies;
}

}  // namespace londiste::node
