// The tables of a queue as this node knows them: one load of londiste.get_table_list.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "londiste/tables/left_out_columns.h"
#include "pg/connection.h"
#include "pg/quote.h"
#include "pgq/snapshot.h"

namespace londiste::tables {

// merge_state, parsed. Written back exactly as SkyTools writes it.
struct MergeState {
  enum class Kind { kNone, kInCopy, kCatchingUp, kWannaSync, kDoSync, kOk };
  Kind kind = Kind::kNone;
  std::optional<pgq::TickId> tick;  // kWannaSync, kDoSync
  static MergeState Parse(
      const std::optional<std::string>& text);  // throws base::Error on an unknown state; "?" is ok
  std::optional<std::string> ToText() const;
  bool copying() const { return kind != Kind::kNone && kind != Kind::kOk; }
};

struct Table {
  std::string name;  // on the queue, schema.table
  bool local = false;
  MergeState state;
  std::optional<pgq::Snapshot> custom_snapshot;
  std::map<std::string, std::optional<std::string>> attrs;
  std::optional<std::string> dropped_ddl;
  std::optional<std::string> copy_role;
  int copy_pos = 0;
  pg::QualifiedName dest;
  ColumnNames left_out;  // columns of the provider that are not here, and need not be
};

class TableDirectory {
 public:
  void Load(pqxx::transaction_base& tx, const std::string& queue);
  const std::vector<Table>& tables() const { return tables_; }
  const Table* Find(std::string_view name) const;  // `name` without a dot means schema public

 private:
  std::vector<Table> tables_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
};

}  // namespace londiste::tables
