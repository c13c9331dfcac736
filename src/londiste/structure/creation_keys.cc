// Unique and exclusion constraints, and indexes.
#include <algorithm>

#include "londiste/structure/creation.h"
#include "londiste/structure/definition_text.h"

namespace londiste::structure {
namespace {

constexpr int kNullsNotDistinct = 15, kPeriods = 18;

// Why this server cannot have it; "" when it can.
std::string Beyond(const Creation& creation, const TablePart& part) {
  const int major = creation.target().major;
  if (part.Is("nulls_not_distinct") && major < kNullsNotDistinct)
    return "NULLS NOT DISTINCT, which this server cannot do before PostgreSQL 15";
  if (part.Is("period") && major < kPeriods)
    return "WITHOUT OVERLAPS, which this server cannot do before PostgreSQL 18";
  return "";
}

// What hangs on an index, its constraint's or its own.
void IndexSettings(Creation& creation, const NewTable& table, const TablePart& part,
                   const pg::QualifiedName& index) {
  for (const std::string& option : part.List("index_options"))
    creation.Try("alter index " + index.Quoted() + " set (" + OptionText(option) + ")",
                 "option " + option + " of index " + index.name);
  for (const std::string& target : part.List("statistics")) {
    const std::size_t equals = target.find('=');
    creation.Try("alter index " + index.Quoted() + " alter column " + target.substr(0, equals) +
                     " set statistics " + target.substr(equals + 1),
                 "statistics target of index " + index.name);
  }
  const std::string& tablespace = part.Text("tablespace");
  if (!tablespace.empty() && creation.target().tablespaces.count(tablespace) == 0)
    creation.Note(table, "tablespace " + tablespace + " is not here: index " + index.name +
                             " is made in the default one");
  else if (!tablespace.empty())
    creation.Try("alter index " + index.Quoted() + " set tablespace " + pg::QuoteIdent(tablespace),
                 "tablespace of index " + index.name);
  if (part.Is("clustered"))
    creation.Try(table.AlterOnly() + "cluster on " + pg::QuoteIdent(index.name),
                 "the mark for CLUSTER on index " + index.name);
  if (part.Is("replica_identity"))
    creation.Do(table.AlterOnly() + "replica identity using index " + pg::QuoteIdent(index.name));
}

// The name, in its schema, which is the table's.
pg::QualifiedName Name(Creation& creation, const NewTable& table, const std::string& there) {
  const pg::QualifiedName here = creation.TakeName(table, "index", {table.name.schema, there});
  creation.indexes[table.from.name.schema + "." + there] = here;
  return here;
}

void CreateConstraint(Creation& creation, const NewTable& table, const TablePart& part) {
  if (const std::string beyond = Beyond(creation, part); !beyond.empty()) {
    if (part.Text("type") == "p")
      creation.Impossible(table, "its primary key is " + beyond);
    else
      creation.Note(table, "constraint " + part.name + " is left out: it is " + beyond);
    return;
  }
  const pg::QualifiedName here = Name(creation, table, part.Text("index"));
  const std::string name = pg::QuoteIdent(here.name);
  creation.Do(table.AlterOnly() + "add constraint " + name + " " + part.Text("definition"));
  if (!creation.full()) return;
  IndexSettings(creation, table, part, here);
  Comment(creation, part, "constraint " + name + " on " + table.quoted());
  Comment(creation, part, "index " + here.Quoted(), "index_comment");
}

void CreateIndex(Creation& creation, const NewTable& table, const TablePart& part) {
  if (const std::string beyond = Beyond(creation, part); !beyond.empty())
    return creation.Note(table, "index " + part.name + " is left out: it is " + beyond);
  if (part.Is("invalid") && !table.from.is_partitioned())
    return creation.Note(table, "index " + part.name + " is left out: it is not valid there");
  const pg::QualifiedName here = Name(creation, table, part.name);
  const std::string on = table.from.is_partitioned() ? " ON ONLY " : " ON ";
  const SplitDefinition definition =
      SplitDefinitionAt(part.Text("definition"), on, table.quoted_there());
  creation.Do(std::string("create ") + (part.Is("unique") ? "unique " : "") + "index " +
              pg::QuoteIdent(here.name) + on + table.quoted() + definition.after);
  if (!creation.full()) return;
  IndexSettings(creation, table, part, here);
  Comment(creation, part, "index " + here.Quoted());
}

bool HasPrimaryKey(const NewTable& table) {
  return std::ranges::any_of(table.from.Of("constraint"),
                             [](const TablePart* part) { return part->Text("type") == "p"; });
}

}  // namespace

void CreateKeys(Creation& creation, const NewTable& table) {
  const bool full = creation.full(), unique = full || !HasPrimaryKey(table);
  for (const TablePart* part : table.from.Of("constraint")) {
    const std::string& type = part->Text("type");
    if (type == "p" || (unique && type == "u") || (full && type == "x"))
      CreateConstraint(creation, table, *part);
  }
  for (const TablePart* part : table.from.Of("index"))
    if (full || (unique && part->Is("unique"))) CreateIndex(creation, table, *part);
}

}  // namespace londiste::structure
