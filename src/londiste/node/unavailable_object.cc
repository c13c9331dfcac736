#include "londiste/node/unavailable_object.h"

#include <string_view>

#include "londiste/tables/name_selection.h"
#include "pg/quote.h"

namespace londiste::node {
namespace {

constexpr const char* kLook =
    "select c.relkind, c.relpersistence = 't', "
    "(select pn.nspname || '.' || p.relname from pg_catalog.pg_inherits i"
    " join pg_catalog.pg_class p on p.oid = i.inhparent"
    " join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace"
    " where i.inhrelid = c.oid and c.relispartition)"
    " from pg_catalog.pg_class c where c.oid = pg_catalog.to_regclass($1)";

std::string WhatItIs(ObjectKind kind, char relkind) {
  switch (relkind) {
    case 'v':
      return "it is a view";
    case 'm':
      return "it is a materialized view";
    case 'f':
      return "it is a foreign table";
    case 'i':
    case 'I':
      return "it is an index";
    case 'c':
      return "it is a type";
    case 'S':
      return kind == ObjectKind::kTable ? "it is a sequence: use add-seq" : "";
    default:
      return kind == ObjectKind::kSequence ? "it is a table: use add-table" : "";
  }
}

}  // namespace

std::string WhyUnavailable(NodeSession& session, ObjectKind kind, const std::string& name,
                           const std::vector<std::string>& candidates) {
  pqxx::result found;
  {
    pqxx::work tx(session.local());
    found = tx.exec_params(kLook, pg::QuoteFqIdent(name));
  }
  if (!found.empty()) {
    if (std::string what = WhatItIs(kind, found[0][0].c_str()[0]); !what.empty()) return what;
    if (found[0][1].as<bool>()) return "it is temporary";
    if (session.is_root() && !found[0][2].is_null())
      return std::string("it is a partition, replicated with ") + found[0][2].c_str();
  } else if (std::string near = tables::NearName(name, candidates); !near.empty()) {
    return near;
  }
  if (!session.is_root()) {
    return "not added on node \"" + session.node().provider_node +
           "\": " + (kind == ObjectKind::kTable ? "add-table" : "add-seq") + " on that node first";
  }
  return found.empty() ? "this database has no such " +
                             std::string(kind == ObjectKind::kTable ? "table" : "sequence")
                       : "";
}

}  // namespace londiste::node
