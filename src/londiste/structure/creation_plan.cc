#include "londiste/structure/creation_plan.h"

#include "londiste/structure/creation.h"

namespace londiste::structure {
namespace {

pg::QualifiedName Take(std::set<pg::QualifiedName>& taken, const pg::QualifiedName& wanted) {
  pg::QualifiedName name = wanted;
  // The server cuts names at 63 bytes.
  constexpr std::size_t kLongest = 63 - 4;
  for (int number = 1; !taken.insert(name).second; ++number) {
    std::string begin = wanted.name.substr(0, kLongest);
    while (begin.size() < wanted.name.size() && !begin.empty() &&
           (static_cast<unsigned char>(wanted.name[begin.size()]) & 0xC0) == 0x80)
      begin.pop_back();  // not in the middle of a character
    name.name = begin + "_" + std::to_string(number);
  }
  return name;
}

std::string Joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

std::vector<NewTable> NewTables(Creation& creation, const std::vector<TableDescription>& tables,
                                const pg::QualifiedName& name) {
  std::vector<NewTable> made;
  std::map<std::string, std::string> quoted;  // here, by the name there
  for (const TableDescription& table : tables) {
    const bool first = made.empty();
    NewTable next{table, first ? name : table.name,
                  first ? "" : quoted[table.table().Text("partition_of")]};
    if (!creation.TakeTableName(next.name))
      creation.Impossible(next, "a relation of that name exists here");
    quoted[table.name.ToString()] = next.quoted();
    made.push_back(std::move(next));
  }
  return made;
}

void CreateSchemas(Creation& creation, const std::vector<NewTable>& tables) {
  std::set<std::string> schemas;
  for (const NewTable& table : tables) {
    schemas.insert(table.name.schema);
    if (!creation.full()) continue;
    for (const TablePart& part : table.from.parts)
      if (part.kind == "sequence" || part.kind == "statistics")
        schemas.insert(table.Beside(part.name).schema);
  }
  for (const std::string& schema : schemas) {
    if (creation.target().schemas.count(schema) != 0) continue;
    creation.Do("create schema " + pg::QuoteIdent(schema));
    creation.Note(tables.front(),
                  "schema " + schema + " was created, with nothing but your own privileges");
  }
}

void AttachPartitions(Creation& creation, const std::vector<NewTable>& tables) {
  for (const NewTable& table : tables)
    if (table.is_partition())
      creation.Do("alter table only " + table.parent + " attach partition " + table.quoted() + " " +
                  table.from.table().Text("bound"));
}

// Those of the lowest level first, so that each is complete when it is attached.
void AttachIndexes(Creation& creation, const std::vector<NewTable>& tables) {
  for (auto table = tables.rbegin(); table != tables.rend(); ++table)
    for (const TablePart& part : table->from.parts) {
      if (part.kind != "constraint" && part.kind != "index") continue;
      const std::string name = part.kind == "index" ? part.name : part.Text("index");
      const auto parent = creation.indexes.find(part.Text("parent_index"));
      const auto own = creation.indexes.find(table->from.name.schema + "." + name);
      if (parent == creation.indexes.end() || own == creation.indexes.end()) continue;
      creation.Do("alter index " + parent->second.Quoted() + " attach partition " +
                  own->second.Quoted());
    }
}

std::string Requirements(const std::vector<const TablePart*>& missing) {
  std::vector<std::string> lines;
  for (const TablePart* part : missing) {
    const std::string& extension = part->Text("extension");
    lines.push_back(part->key + " " + part->name +
                    (extension.empty() ? "" : " (extension " + extension + ")"));
  }
  return Joined(lines);
}

}  // namespace

pg::QualifiedName Creation::Here(const std::string& name) const {
  const auto found = others_.find(name);
  return found == others_.end() ? pg::QualifiedName::Parse(name) : found->second;
}

void Creation::Note(const NewTable& table, const std::string& text) {
  plan_.notes.push_back("Table " + table.name.ToString() + ": " + text);
}

void Creation::Impossible(const NewTable& table, const std::string& text) {
  plan_.impossible.push_back((plan_.impossible.empty() && !table.is_partition()
                                  ? ""
                                  : "table \"" + table.name.ToString() + "\": ") +
                             text);
}

bool Creation::Knows(const std::string& role) {
  const bool known = role == "public" || target_.roles.count(role) != 0;
  if (!known) plan_.unknown_roles.insert(role);
  return known;
}

pg::QualifiedName Creation::TakeName(const NewTable& table, const std::string& what,
                                     const pg::QualifiedName& wanted) {
  const pg::QualifiedName name =
      Take(what == "statistics" ? target_.statistics : target_.relations, wanted);
  if (name != wanted)
    Note(table, what + " " + wanted.name + (what == "statistics" ? " are" : " is") + " called " +
                    name.name + " here, since the other name is taken");
  return name;
}

void Comment(Creation& creation, const TablePart& part, const std::string& object,
             std::string_view field) {
  if (part.Has(field))
    creation.Do("comment on " + object + " is " + pg::QuoteLiteral(part.Text(field)));
}

std::string OptionText(const std::string& option) {
  std::string name = option.substr(0, option.find('='));
  const std::string value = option.substr(name.size() + 1);
  std::string space;
  if (name.starts_with("toast.")) {
    space = "toast.";
    name.erase(0, space.size());
  }
  return space + pg::QuoteIdent(name) + " = " + pg::QuoteLiteral(value);
}

CreationPlan PlanCreation(const std::vector<TableDescription>& tables,
                          const pg::QualifiedName& name, const LocalNames& others,
                          const CreationTarget& target, CreateScope scope) {
  Creation creation(target, others, scope);
  const std::vector<NewTable> made = NewTables(creation, tables, name);
  if (!target.missing.empty())
    creation.Impossible(made.front(), "missing here: " + Requirements(target.missing));
  CreateSchemas(creation, made);
  if (creation.full())
    for (const NewTable& table : made) CreateSequences(creation, table);
  for (const NewTable& table : made) CreateColumns(creation, table);
  AttachPartitions(creation, made);
  for (const NewTable& table : made) CreateKeys(creation, table);
  AttachIndexes(creation, made);
  if (creation.full())
    for (const NewTable& table : made) {
      CreateSettings(creation, table);
      CreateActions(creation, table);
      CreateRights(creation, table);
    }
  return std::move(creation.plan());
}

std::set<std::string> SchemasOf(const std::vector<TableDescription>& tables,
                                const pg::QualifiedName& name, const LocalNames& others) {
  std::set<std::string> schemas{name.schema};
  for (const TableDescription& table : tables) {
    schemas.insert(table.name.schema);
    for (const TablePart& part : table.parts)
      if (part.kind == "sequence" || part.kind == "statistics")
        schemas.insert(pg::QualifiedName::Parse(part.name).schema);
    for (const std::string& parent : table.table().List("parents")) {
      const auto here = others.find(parent);
      schemas.insert(here == others.end() ? pg::QualifiedName::Parse(parent).schema
                                          : here->second.schema);
    }
  }
  return schemas;
}

}  // namespace londiste::structure
