// How columns are stored and counted, options, replica identity, extended statistics, comments.
#include "londiste/structure/creation.h"
#include "londiste/structure/definition_text.h"

namespace londiste::structure {
namespace {

constexpr int kCompression = 14, kExpressionStatistics = 14;

std::string StorageName(const std::string& letter) {
  if (letter == "p") return "plain";
  if (letter == "e") return "external";
  return letter == "m" ? "main" : "extended";
}

void ColumnSettings(Creation& creation, const NewTable& table, const TablePart& column) {
  const std::string alter = table.AlterOnly() + "alter column " + pg::QuoteIdent(column.name);
  if (column.Has("storage"))
    creation.Do(alter + " set storage " + StorageName(column.Text("storage")));
  if (column.Has("compression")) {
    const std::string method = column.Text("compression") == "l" ? "lz4" : "pglz";
    if (creation.target().major < kCompression)
      creation.Note(table, "compression " + method + " of column " + column.name +
                               " is left out: this server cannot do that before PostgreSQL 14");
    else
      creation.Try(alter + " set compression " + method, "compression of column " + column.name);
  }
  if (column.Has("statistics")) creation.Do(alter + " set statistics " + column.Text("statistics"));
  for (const std::string& option : column.List("options"))
    creation.Try(alter + " set (" + OptionText(option) + ")",
                 "option " + option + " of column " + column.name);
  Comment(creation, column, "column " + table.quoted() + "." + pg::QuoteIdent(column.name));
}

void ExtendedStatistics(Creation& creation, const NewTable& table, const TablePart& part) {
  if (part.Is("expressions") && creation.target().major < kExpressionStatistics)
    return creation.Note(table, "statistics " + part.name +
                                    " are left out: this server cannot do them on expressions "
                                    "before PostgreSQL 14");
  const pg::QualifiedName here = creation.TakeName(table, "statistics", table.Beside(part.name));
  const SplitDefinition whole =
      SplitDefinitionAt(part.Text("definition"), " FROM ", table.quoted_there());
  const SplitDefinition named =
      SplitDefinitionAt(whole.before, "CREATE STATISTICS ", part.Text("quoted"));
  creation.Do(named.before + here.Quoted() + named.after + table.quoted() + whole.after);
  const std::string statistics = "statistics " + here.Quoted();
  if (part.Has("target"))
    creation.Do("alter " + statistics + " set statistics " + part.Text("target"));
  Comment(creation, part, statistics);
  if (creation.Knows(part.Text("owner")))
    creation.Try("alter " + statistics + " owner to " + pg::QuoteIdent(part.Text("owner")),
                 "owner of statistics " + here.ToString());
}

}  // namespace

void CreateSettings(Creation& creation, const NewTable& table) {
  const TablePart& there = table.from.table();
  for (const std::string& option : there.List("options"))
    creation.Try("alter table " + table.quoted() + " set (" + OptionText(option) + ")",
                 "option " + option);
  for (const TablePart* column : table.from.Of("column")) ColumnSettings(creation, table, *column);
  const std::string& identity = there.Text("replica_identity");
  if (identity == "f" || identity == "n")
    creation.Do(table.AlterOnly() + "replica identity " + (identity == "f" ? "full" : "nothing"));
  if (there.Has("of_type"))
    creation.Try(table.AlterOnly() + "of " + there.Text("of_type"), "its being of a type");
  Comment(creation, there, "table " + table.quoted());
  for (const TablePart* part : table.from.Of("statistics"))
    ExtendedStatistics(creation, table, *part);
  for (const TablePart* sequence : table.from.Of("sequence")) {
    const auto here = creation.sequences.find(sequence->name);
    if (here != creation.sequences.end() && creation.plan().sequences.count(here->second) != 0)
      Comment(creation, *sequence, "sequence " + here->second.Quoted());
  }
}

}  // namespace londiste::structure
