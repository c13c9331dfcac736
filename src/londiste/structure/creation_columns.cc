// The sequences of a table, and the table with its columns and checks.
#include <algorithm>

#include "londiste/structure/creation.h"
#include "londiste/structure/definition_text.h"

namespace londiste::structure {
namespace {

constexpr int kVirtualColumns = 18, kNotNullConstraints = 18, kNotEnforced = 18;
constexpr int kPartitionedAccessMethod = 17, kNoIdentityOfPartitions = 17;

std::string SequenceOptions(const TablePart& sequence) {
  return "start with " + sequence.Text("start") + " increment by " + sequence.Text("increment") +
         " minvalue " + sequence.Text("minimum") + " maxvalue " + sequence.Text("maximum") +
         " cache " + sequence.Text("cache") + (sequence.Is("cycle") ? " cycle" : " no cycle");
}

const TablePart* IdentitySequence(const NewTable& table, const std::string& column) {
  for (const TablePart* sequence : table.from.Of("sequence"))
    if (sequence->key == column && sequence->Is("identity")) return sequence;
  return nullptr;
}

// ` generated always as identity (...)`.
std::string Identity(Creation& creation, const NewTable& table, const TablePart& column) {
  const TablePart* sequence = IdentitySequence(table, column.name);
  if (!creation.full() || sequence == nullptr) return "";
  if (table.is_partition() && creation.target().major >= kNoIdentityOfPartitions) {
    creation.Note(table, "column " + column.name +
                             " is no identity column here, as partitions have none of their own "
                             "since PostgreSQL 17");
    return "";
  }
  const pg::QualifiedName here = creation.TakeName(table, "sequence", table.Beside(sequence->name));
  creation.plan().sequences[here] = pg::QualifiedName::Parse(sequence->name);
  creation.sequences[sequence->name] = here;
  return std::string(" generated ") + (column.Text("identity") == "a" ? "always" : "by default") +
         " as identity (sequence name " + here.Quoted() + " " + SequenceOptions(*sequence) + ")";
}

// With the names that sequences have here.
std::string Default(Creation& creation, const NewTable& table, const TablePart& column) {
  std::string text = column.Text("default");
  for (const TablePart* sequence : table.from.Of("sequence")) {
    const auto here = creation.sequences.find(sequence->name);
    if (sequence->key != column.name || here == creation.sequences.end()) continue;
    const std::string there = pg::QuoteLiteral(sequence->Text("quoted")) + "::regclass";
    const std::size_t at = text.find(there);
    if (at == std::string::npos)
      creation.Impossible(table, "its default for column " + column.name + " names sequence " +
                                     sequence->name + " in its own way: " + text);
    else
      text.replace(at, there.size(), pg::QuoteLiteral(here->second.Quoted()) + "::regclass");
  }
  return text;
}

std::string NotNull(Creation& creation, const NewTable& table, const TablePart& column) {
  if (!column.Is("not_null")) return "";
  const bool named = creation.target().major >= kNotNullConstraints && creation.full() &&
                     column.Has("not_null_constraint");
  if (column.Is("not_null_not_valid")) {
    if (!named) {
      creation.Note(table, "column " + column.name +
                               " is made without NOT NULL, which is not valid "
                               "there for all rows");
    }
    return "";
  }
  return (named ? " constraint " + pg::QuoteIdent(column.Text("not_null_constraint")) : "") +
         " not null" + (named && column.Is("not_null_no_inherit") ? " no inherit" : "");
}

std::string ColumnText(Creation& creation, const NewTable& table, const TablePart& column) {
  std::string text = pg::QuoteIdent(column.name) + " " + column.Text("type");
  if (column.Has("collation")) text += " collate " + column.Text("collation");
  const bool is_virtual = column.Text("generated") == "v";
  if (column.Has("generated"))
    text += " generated always as (" + column.Text("expression") + ") " +
            (is_virtual ? "virtual" : "stored");
  if (is_virtual && creation.target().major < kVirtualColumns)
    creation.Impossible(table, "column " + column.name +
                                   " is generated when it is read (virtual), which this server "
                                   "cannot do before PostgreSQL 18");
  if (column.Has("identity")) text += Identity(creation, table, column);
  if (creation.full() && column.Has("default"))
    text += " default " + Default(creation, table, column);
  return text + NotNull(creation, table, column);
}

// What a column that comes from the parents, too, has besides, or does without.
void InheritedColumn(Creation& creation, const NewTable& table, const TablePart& column) {
  const std::string alter = table.AlterOnly() + "alter column " + pg::QuoteIdent(column.name);
  if (!column.Has("generated"))
    creation.Do(alter + (column.Has("default") ? " set default " + Default(creation, table, column)
                                               : " drop default"));
  if (column.Is("not_null") && !column.Is("not_null_not_valid"))
    creation.Do(alter + " set not null");
}

// Parents that are not here make the table impossible.
std::string Parents(Creation& creation, const NewTable& table) {
  std::string text;
  for (const std::string& parent : table.from.table().List("parents")) {
    const pg::QualifiedName here = creation.Here(parent);
    if (creation.target().relations.count(here) == 0)
      creation.Impossible(table, "it inherits from table " + here.ToString() +
                                     ", which is missing here: create that first");
    text += (text.empty() ? "" : ", ") + here.Quoted();
  }
  return text;
}

// Where and how it is stored, as far as this server knows the same.
std::string Place(Creation& creation, const NewTable& table) {
  const TablePart& there = table.from.table();
  const CreationTarget& target = creation.target();
  std::string text;
  const std::string& method = there.Text("access_method");
  if (!method.empty() && method != "heap") {
    if (target.access_methods.count(method) == 0 ||
        (table.from.is_partitioned() && target.major < kPartitionedAccessMethod))
      creation.Note(table, "access method " + method + " is left out: this server lacks it");
    else
      text += " using " + pg::QuoteIdent(method);
  }
  const std::string& tablespace = there.Text("tablespace");
  if (tablespace.empty()) return text;
  if (target.tablespaces.count(tablespace) != 0)
    return text + " tablespace " + pg::QuoteIdent(tablespace);
  creation.Note(table, "tablespace " + tablespace + " is not here: it is made in the default one");
  return text;
}

void CreateChecks(Creation& creation, const NewTable& table) {
  const bool from_parents = !table.from.table().List("parents").empty();
  for (const TablePart* check : table.from.Of("constraint")) {
    if (check->Text("type") != "c" || (from_parents && !check->Is("is_local"))) continue;
    if (check->Is("not_enforced") && creation.target().major < kNotEnforced) {
      creation.Note(table, "constraint " + check->name +
                               " is left out: not enforced there, which this server cannot do "
                               "before PostgreSQL 18");
      continue;
    }
    creation.Do(table.AlterOnly() + "add constraint " + pg::QuoteIdent(check->name) + " " +
                check->Text("definition"));
    Comment(creation, *check,
            "constraint " + pg::QuoteIdent(check->name) + " on " + table.quoted());
  }
}

void NotValidNotNulls(Creation& creation, const NewTable& table) {
  if (creation.target().major < kNotNullConstraints) return;
  for (const TablePart* column : table.from.Of("column"))
    if (column->Is("not_null_not_valid"))
      creation.Do(table.AlterOnly() + "add constraint " +
                  pg::QuoteIdent(column->Text("not_null_constraint")) + " not null " +
                  pg::QuoteIdent(column->name) + " not valid");
}

void OwnSequences(Creation& creation, const NewTable& table) {
  for (const TablePart* sequence : table.from.Of("sequence")) {
    const auto here = creation.sequences.find(sequence->name);
    if (here == creation.sequences.end() || !sequence->Is("owned") || sequence->Is("identity"))
      continue;
    const std::string sql = "alter sequence " + here->second.Quoted() + " owned by " +
                            table.quoted() + "." + pg::QuoteIdent(sequence->key);
    if (creation.plan().sequences.count(here->second) != 0)
      creation.Do(sql);
    else  // it was there before, and may be somebody else's
      creation.Try(sql, "its owning sequence " + here->second.ToString());
  }
}

}  // namespace

void CreateSequences(Creation& creation, const NewTable& table) {
  for (const TablePart* sequence : table.from.Of("sequence")) {
    if (sequence->Is("identity") || creation.sequences.count(sequence->name) != 0) continue;
    const pg::QualifiedName wanted = table.Beside(sequence->name);
    const auto there = creation.target().sequences.find(wanted);
    if (there != creation.target().sequences.end() && (!there->second || !sequence->Is("owned"))) {
      creation.sequences[sequence->name] = wanted;
      creation.Note(table, "sequence " + wanted.ToString() + " exists here and is used as it is");
      continue;
    }
    const pg::QualifiedName here = creation.TakeName(table, "sequence", wanted);
    creation.sequences[sequence->name] = here;
    creation.plan().sequences[here] = pg::QualifiedName::Parse(sequence->name);
    creation.Do("create sequence " + here.Quoted() + " as " + sequence->Text("type") + " " +
                SequenceOptions(*sequence));
  }
}

void CreateColumns(Creation& creation, const NewTable& table) {
  const TablePart& there = table.from.table();
  const bool inherits = creation.full() && !there.List("parents").empty();
  std::string columns;
  std::vector<const TablePart*> inherited;
  for (const TablePart* column : table.from.Of("column")) {
    if (inherits && column->Is("inherited")) inherited.push_back(column);
    if (inherits && !column->Is("is_local")) continue;
    columns += (columns.empty() ? "" : ", ") + ColumnText(creation, table, *column);
  }
  if (there.Text("persistence") == "u")
    creation.Note(table,
                  "it is unlogged there, and an ordinary table here, which a crash does not "
                  "empty");
  creation.Do("create table " + table.quoted() + " (" + columns + ")" +
              (inherits ? " inherits (" + Parents(creation, table) + ")" : "") +
              (there.Has("partition_key") ? " partition by " + there.Text("partition_key") : "") +
              (creation.full() ? Place(creation, table) : ""));
  for (const TablePart* column : inherited) InheritedColumn(creation, table, *column);
  if (!creation.full()) return;
  NotValidNotNulls(creation, table);
  CreateChecks(creation, table);
  OwnSequences(creation, table);
}

}  // namespace londiste::structure
