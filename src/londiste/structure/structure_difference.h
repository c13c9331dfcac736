// How a table differs from the one that it is replicated from, and the statements that mend it:
// londiste.structure_difference, asked in the database of the table that is to be mended.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pg/connection.h"
#include "pg/quote.h"

namespace londiste::structure {

struct Difference {
  enum class Severity {
    kNotice,   // does no harm to the rows
    kWarning,  // values may come out different, or some day not fit
    kError,    // changes cannot be applied
  };
  std::string kind, name;  // of the part: "column", "constraint", ...
  Severity severity = Severity::kNotice;
  std::string message;
  std::string statement;  // in the order in which they work; "": none

  bool hurts() const { return severity != Severity::kNotice; }
};

std::string ToString(Difference::Severity severity);  // "notice", "warning", "error"

// False: the londiste schema there is SkyTools' or an older one.
bool KnowsDifferences(pqxx::transaction_base& tx);

// A table as FindDifferences takes it; from any database, whatever its londiste schema. nullopt:
// there is no such relation. REQUIRES: a session of ours, with fixed settings.
std::optional<std::string> DescribeAsJson(pqxx::transaction_base& tx,
                                          const pg::QualifiedName& name);

// What makes the table `name` differ, whose description is `here`, from the one described by
// `there`. REQUIRES: KnowsDifferences(tx), a session with fixed settings.
std::vector<Difference> FindDifferences(pqxx::transaction_base& tx, const pg::QualifiedName& name,
                                        const std::string& here, const std::string& there);

// Changes with whatever could change a table's description, and costs far less. A table that is
// not there has no entry.
std::map<pg::QualifiedName, std::string> StructureFingerprints(
    pqxx::transaction_base& tx, std::span<const pg::QualifiedName> names);

}  // namespace londiste::structure
