#include "capture/random_table.h"

#include <algorithm>

namespace capture_test {
namespace {

const std::vector<std::string> kMagicNames = {"_pgq_ev_type",   "_pgq_ev_data",   "_pgq_ev_extra1",
                                              "_pgq_ev_extra2", "_pgq_ev_extra3", "_pgq_ev_extra4"};

const ColumnType& RandomKeyType(Random& random) {
  for (;;) {
    const ColumnType& type = random.Pick(ColumnTypes());
    if (type.can_be_key) return type;
  }
}

int RandomWidth(Random& random) {
  const int kind = random.Between(1, 100);
  if (kind <= 3) return 0;
  if (kind <= 60) return random.Between(1, 6);
  return kind <= 90 ? random.Between(5, 15) : random.Between(16, 40);
}

std::string List(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + QuotedName(name);
  return text;
}

// What a generated column is made of: a column before it whose text is immutable, if there is one.
std::string Source(const Table& table, const Column& generated) {
  for (const Column& column : table.columns) {
    if (&column == &generated) break;
    if (!column.generated && (column.type.name == "integer" || column.type.name == "text"))
      return "coalesce(" + QuotedName(column.name) + "::text, '')";
  }
  return Literal(generated.name);
}

std::string Definition(Random& random, Charset charset, const Table& table, Column& column) {
  std::string text = QuotedName(column.name) + " " + column.type.name;
  const bool in_key = std::ranges::find(table.key, column.name) != table.key.end();
  if (!in_key && random.Chance(4)) {
    column.generated = true;
    return QuotedName(column.name) + " text generated always as (" + Source(table, column) +
           " || 'g') stored";
  }
  if (column.type.name == "integer" && random.Chance(5)) {
    column.generated = random.Chance(50);
    return text + " generated " + (column.generated ? "always" : "by default") + " as identity";
  }
  if (random.Chance(10)) text += " default " + RandomValue(random, charset, column.type);
  return text;
}

void AddPartitions(Random& random, const std::string& name, const std::string& schema_prefix,
                   std::vector<std::string>& statements) {
  const int count = random.Between(1, 3);
  for (int i = 0; i < count; ++i) {
    const std::string part = schema_prefix + QuotedName("part " + std::to_string(i));
    std::string create = "create table " + part + " partition of " + name +
                         " for values with (modulus " + std::to_string(count) + ", remainder " +
                         std::to_string(i) + ")";
    if (i == 0 && random.Chance(30)) {
      statements.push_back(create + " partition by hash ((1))");
      statements.push_back("create table " + schema_prefix + "deep partition of " + part +
                           " for values with (modulus 1, remainder 0)");
    } else {
      statements.push_back(create);
    }
  }
}

}  // namespace

std::vector<const Column*> Table::Writable() const {
  std::vector<const Column*> writable;
  for (const Column& column : columns)
    if (!column.generated) writable.push_back(&column);
  return writable;
}

const Column* Table::Find(const std::string& column) const {
  const auto found = std::ranges::find(columns, column, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

Table RandomTable(Random& random, Charset charset, const std::string& name,
                  std::vector<std::string>& statements) {
  Table table;
  table.name = name;
  std::vector<std::string> names = NamePool(charset);
  random.Shuffle(names);
  const int width = std::min(RandomWidth(random), static_cast<int>(names.size()));
  int n_keys = width == 0 || random.Chance(10)
                   ? 0
                   : random.Between(1, std::min(width, random.Chance(70) ? 1 : 3));
  for (int i = 0; i < width; ++i) {
    Column column{names[static_cast<std::size_t>(i)],
                  i < n_keys ? RandomKeyType(random) : random.Pick(ColumnTypes())};
    if (i < n_keys) table.key.push_back(column.name);
    table.columns.push_back(column);
  }
  if (random.Chance(8)) {
    const bool known = random.Chance(90);
    table.columns.push_back(
        {known ? random.Pick(kMagicNames) : "_pgq_ev_other",
         random.Chance(60) ? ColumnType{"text", {}, false} : random.Pick(ColumnTypes())});
  }
  random.Shuffle(table.columns);
  random.Shuffle(table.key);

  // Hashes of enums are those of their oids, which differ from database to database.
  table.partitioned = n_keys > 0 && random.Chance(12) &&
                      std::ranges::none_of(table.columns, [&](const Column& column) {
                        return column.type.name.starts_with("\"Kinds\"") &&
                               std::ranges::find(table.key, column.name) != table.key.end();
                      });
  std::vector<std::string> dropped;
  std::string body;
  for (Column& column : table.columns) {
    if (random.Chance(10)) {
      dropped.push_back("gone " + std::to_string(dropped.size()));
      body += (body.empty() ? "" : ", ") + QuotedName(dropped.back()) + " " +
              random.Pick(ColumnTypes()).name;
    }
    body += (body.empty() ? "" : ", ") + Definition(random, charset, table, column);
  }
  if (n_keys > 0) body += ", primary key (" + List(table.key) + ")";
  std::string create = std::string("create ") +
                       (!table.partitioned && random.Chance(10) ? "unlogged " : "") + "table " +
                       name + " (" + body + ")";
  if (table.partitioned) create += " partition by hash (" + List(table.key) + ")";
  statements.push_back(create);
  const std::string schema_prefix = name.substr(0, name.find('.') + 1);
  if (table.partitioned) AddPartitions(random, name, schema_prefix, statements);
  for (const std::string& column : dropped)
    statements.push_back("alter table " + name + " drop column " + QuotedName(column));
  for (const Column& column : table.columns)
    if (random.Chance(3))
      statements.push_back(
          "alter table " + name + " alter column " + QuotedName(column.name) + " set storage " +
          random.Pick(std::vector<std::string>{"plain", "external", "main", "extended"}));
  return table;
}

void AlterAtRandom(Random& random, Charset charset, Table& table,
                   std::vector<std::string>& statements) {
  const std::string alter = "alter table " + table.name + " ";
  const int kind = random.Between(1, 6);
  if (kind <= 2 || table.columns.empty()) {
    Column column{"added" + std::to_string(random.Between(1, 9)), random.Pick(ColumnTypes())};
    if (table.Find(column.name)) return;
    // A column with a default is not stored in the rows that are there.
    statements.push_back(
        alter + "add column " + QuotedName(column.name) + " " + column.type.name +
        (random.Chance(60) ? " default " + RandomValue(random, charset, column.type) : ""));
    table.columns.push_back(column);
    return;
  }
  const std::size_t at =
      static_cast<std::size_t>(random.Between(0, static_cast<int>(table.columns.size()) - 1));
  Column& column = table.columns[at];
  const bool in_key = std::ranges::find(table.key, column.name) != table.key.end();
  if (kind == 3 && !in_key) {
    statements.push_back(alter + "drop column " + QuotedName(column.name) + " cascade");
    table.columns.erase(table.columns.begin() + static_cast<std::ptrdiff_t>(at));
  } else if (kind == 4) {
    const std::string renamed = "renamed" + std::to_string(random.Between(1, 9));
    if (table.Find(renamed)) return;
    statements.push_back(alter + "rename column " + QuotedName(column.name) + " to " + renamed);
    std::ranges::replace(table.key, column.name, renamed);
    column.name = renamed;
  } else if (kind == 5 && !in_key && !column.generated) {
    column.type = {"text", {}, true};
    statements.push_back(alter + "alter column " + QuotedName(column.name) +
                         " drop default, alter column " + QuotedName(column.name) + " type text");
  } else {
    const std::string renamed = "\"other name " + std::to_string(random.Between(1, 9)) + "\"";
    statements.push_back(alter + "rename to " + renamed);
    table.name = table.name.substr(0, table.name.find('.') + 1) + renamed;
  }
}

}  // namespace capture_test
