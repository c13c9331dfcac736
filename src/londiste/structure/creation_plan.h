// The statements that make a table as it is on another server, maybe of another major version and
// under another name.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "londiste/structure/creation_target.h"
#include "londiste/structure/table_description.h"

namespace londiste::structure {

struct CreationStep {
  std::string sql;
  // What the table is without when the server refuses the statement; "": then it is not made.
  std::string dispensable;
};

struct CreationPlan {
  std::vector<CreationStep> steps;      // in this order
  std::vector<std::string> notes;       // what will not be as it is there
  std::vector<std::string> impossible;  // why the table cannot be made
  std::set<std::string> unknown_roles;  // owners and those with privileges
  // Sequences that are made: here, and there.
  std::map<pg::QualifiedName, pg::QualifiedName> sequences;
};

// Names of other tables, there as schema.name and here.
using LocalNames = std::map<std::string, pg::QualifiedName>;

// `tables`: as DescribeWithPartitions gives them, not empty. The first will be `name`, its
// partitions keep their names. Foreign keys are not among the statements.
CreationPlan PlanCreation(const std::vector<TableDescription>& tables,
                          const pg::QualifiedName& name, const LocalNames& others,
                          const CreationTarget& target, CreateScope scope);

// The schemas that PlanCreation looks into.
std::set<std::string> SchemasOf(const std::vector<TableDescription>& tables,
                                const pg::QualifiedName& name, const LocalNames& others);

}  // namespace londiste::structure
