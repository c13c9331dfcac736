// Owner and privileges; what is said of row-level security.
#include <algorithm>

#include "londiste/structure/creation.h"

namespace londiste::structure {
namespace {

constexpr int kMaintain = 17;

std::string Role(const std::string& name) { return name == "public" ? name : pg::QuoteIdent(name); }

// `SELECT ("a"), UPDATE ("a")`; without a column `SELECT, UPDATE`.
std::string Privileges(Creation& creation, const NewTable& table, const TablePart& grant,
                       const std::vector<std::string>& privileges) {
  std::string text;
  for (const std::string& privilege : privileges) {
    if (privilege == "MAINTAIN" && creation.target().major < kMaintain) {
      creation.Note(table, "privilege MAINTAIN of role " + grant.name +
                               " is left out: this server has none before PostgreSQL 17");
      continue;
    }
    text += (text.empty() ? "" : ", ") + privilege;
    if (grant.kind == "grant" && !grant.key.empty()) text += " (" + pg::QuoteIdent(grant.key) + ")";
  }
  return text;
}

void Grant(Creation& creation, const NewTable& table, const TablePart& grant,
           const std::string& object) {
  if (!creation.Knows(grant.name))
    return creation.Note(
        table, "privileges of role " + grant.name + " are left out: there is no such role here");
  const std::vector<std::string>& grantable = grant.List("grantable");
  std::vector<std::string> plain;
  for (const std::string& privilege : grant.List("privileges"))
    if (std::ranges::find(grantable, privilege) == grantable.end()) plain.push_back(privilege);
  const std::string left_out = "privileges of role " + grant.name;
  if (grant.Is("revoked"))
    creation.Try("revoke all on " + object + " from " + Role(grant.name), left_out);
  if (const std::string text = Privileges(creation, table, grant, plain); !text.empty())
    creation.Try("grant " + text + " on " + object + " to " + Role(grant.name), left_out);
  if (const std::string text = Privileges(creation, table, grant, grantable); !text.empty())
    creation.Try(
        "grant " + text + " on " + object + " to " + Role(grant.name) + " with grant option",
        left_out);
}

void TellOfRowSecurity(Creation& creation, const NewTable& table) {
  const TablePart& there = table.from.table();
  std::string policies;
  for (const TablePart* policy : table.from.Of("policy"))
    policies += (policies.empty() ? "" : ", ") + policy->name;
  if (there.Is("row_security") || !policies.empty())
    creation.Note(table, std::string("row-level security is ") +
                             (there.Is("row_security") ? "enabled there" : "disabled there") +
                             " and not made here" +
                             (policies.empty() ? "" : ", nor its policies: " + policies));
}

}  // namespace

void CreateRights(Creation& creation, const NewTable& table) {
  const std::string& owner = table.from.table().Text("owner");
  if (creation.Knows(owner))
    creation.Try("alter table " + table.quoted() + " owner to " + pg::QuoteIdent(owner),
                 "owner " + owner);
  else
    creation.Note(table, "it belongs to you, not to role " + owner + ", which is not here");
  for (const TablePart* grant : table.from.Of("grant"))
    Grant(creation, table, *grant, "table " + table.quoted());
  for (const TablePart* grant : table.from.Of("sequence_grant")) {
    const auto here = creation.sequences.find(grant->key);
    if (here != creation.sequences.end() && creation.plan().sequences.count(here->second) != 0)
      Grant(creation, table, *grant, "sequence " + here->second.Quoted());
  }
  TellOfRowSecurity(creation, table);
}

}  // namespace londiste::structure
