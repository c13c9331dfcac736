#include "londiste/tables/sequences.h"

namespace londiste::tables {

std::vector<Sequence> ReadSequences(pqxx::transaction_base& tx, const std::string& queue) {
  std::vector<Sequence> sequences;
  for (const pqxx::row& row :
       tx.exec_params("select seq_name, local, last_value from londiste.get_seq_list($1)", queue)) {
    sequences.push_back(
        {row["seq_name"].c_str(), row["local"].as<bool>(), row["last_value"].as<std::int64_t>()});
  }
  return sequences;
}

}  // namespace londiste::tables
