#include "londiste/node/missing_objects.h"

#include <string_view>

namespace londiste::node {

MissingNames MissingObjects(NodeSession& session) {
  MissingNames names;
  pqxx::work tx(session.local());
  for (const pqxx::row& row : tx.exec_params(
           "select obj_kind, obj_name from londiste.local_show_missing($1)", session.queue())) {
    (std::string_view(row[0].c_str()) == "S" ? names.sequences : names.tables)
        .emplace_back(row[1].c_str());
  }
  return names;
}

}  // namespace londiste::node
