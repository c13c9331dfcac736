// Tables of this database that another queue fills, too: a copy that empties the table would lose
// what the other one brought.
#pragma once

#include <map>
#include <string>

#include "pg/connection.h"

namespace londiste::tables {

// Local tables of `queue`, by name on the queue, with the other queues' names. Without roots, which
// only publish, and the queues of a merge: the combined one gets what its parts get, and these
// see to it that none empties what another has brought (merge_parts.h).
std::map<std::string, std::string> FindOtherFeeders(pqxx::transaction_base& tx,
                                                    const std::string& queue);
std::string DescribeOtherFeeders(const std::string& table, const std::string& queues);
extern const char* const kOtherFeedersHint;

}  // namespace londiste::tables
