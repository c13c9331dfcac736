// PARAMETER=VALUE of `create` and `set`.
#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace pgq_tool::commands {

struct QueueParameter {
  std::string name, value;
};

// Throws base::UsageError for a word that is none, or a parameter that no queue has.
std::vector<QueueParameter> ReadParameters(const std::vector<std::string>& words);
// Throws base::Error naming the parameter whose value the server refuses.
void SetParameters(pqxx::transaction_base& transaction, const std::string& queue,
                   const std::vector<QueueParameter>& parameters);

}  // namespace pgq_tool::commands
