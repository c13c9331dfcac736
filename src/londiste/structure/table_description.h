// What a table is made of, as londiste.describe_table tells it (sql/londiste/functions has all of
// it), read from any database: where the function is missing its query is run.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.h"
#include "pg/quote.h"

namespace londiste::structure {

// A row of it.
struct TablePart {
  std::string kind;  // "column", "index", ...
  std::string name;
  std::string key;  // where names are not unique; an oid for some kinds
  // The fields that are set: each is in one of the two.
  std::map<std::string, std::string, std::less<>> texts;
  std::map<std::string, std::vector<std::string>, std::less<>> lists;

  bool Has(std::string_view field) const { return texts.find(field) != texts.end(); }
  bool Is(std::string_view field) const { return Text(field) == "true"; }
  const std::string& Text(std::string_view field) const;               // "" : not set
  const std::vector<std::string>& List(std::string_view field) const;  // empty: not set
};

struct TableDescription {
  pg::QualifiedName name;
  std::vector<TablePart> parts;  // the first is of kind "table"

  const TablePart& table() const { return parts.front(); }
  std::vector<const TablePart*> Of(std::string_view kind) const;
  bool is_partitioned() const { return table().Text("relkind") == "p"; }
};

// REQUIRES: a session of ours, with SessionSettings::kFixed. nullopt: there is no such relation.
std::optional<TableDescription> DescribeTable(pqxx::transaction_base& tx,
                                              const pg::QualifiedName& name);
// The table, and its partitions with theirs, each behind what it is a partition of. Empty: there is
// no such relation.
std::vector<TableDescription> DescribeWithPartitions(pqxx::transaction_base& tx,
                                                     const pg::QualifiedName& name);

}  // namespace londiste::structure
