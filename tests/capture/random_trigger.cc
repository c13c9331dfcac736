#include "capture/random_trigger.h"

#include <algorithm>

#include "capture/value_pool.h"

namespace capture_test {
namespace {

std::string SomeName(Random& random, const Table& table) {
  if (table.columns.empty() || random.Chance(5)) return "missing";
  return random.Pick(table.columns).name;
}

std::string NameList(Random& random, const Table& table) {
  static const std::vector<std::string> kSeparators = {",", ", ", " ", ",,"};
  std::string list = random.Chance(3) ? " " : "";
  const int n = random.Chance(5) ? 0 : random.Between(1, 3);
  for (int i = 0; i < n; ++i)
    list += (i > 0 ? random.Pick(kSeparators) : "") + SomeName(random, table);
  return list;
}

std::string ColumnInExpression(Random& random, const Table& table) {
  const std::string name = SomeName(random, table);
  return random.Chance(80) ? QuotedName(name) : name;
}

std::string Expression(Random& random, const Table& table) {
  const std::string column = ColumnInExpression(random, table);
  switch (random.Between(1, 20)) {
    case 1:
      return "null";
    case 2:
      return "42";
    case 3:
      return "'it''s ' || 'a text'";
    case 4:
      return "E'x\\ty' || \"current_user\"()";
    case 5:
      return "1.50, 2";
    case 6:
      return "x from (values (1), (2)) v (x)";
    case 7:
      return "1 where false";
    case 8:
      return "current_setting('DateStyle') || current_setting('search_path')";
    case 9:
      return column + " /* " + column + " */ -- end";
    case 10:
      return "timestamptz '2009-09-19 11:59:48+00'";
    case 11:
      return "array[" + column + "]";
    case 12:
      return "row(" + column + ", 1)";
    case 13:
      return "'" + std::string(random.Chance(50) ? "$x$" : "") + "unfinished";
    case 14:
      return "(select count(*) from pg_catalog.pg_class where false)";
    case 15:
      return "coalesce((" + column + ")::text, 'none')";
    case 16:
      return "length(" + column + "::text) as " + column;
    default:
      return column;
  }
}

std::string Condition(Random& random, const Table& table) {
  const std::string column = ColumnInExpression(random, table);
  switch (random.Between(1, 12)) {
    case 1:
      return "null";
    case 2:
      return "null::bool";
    case 3:
      return "1";
    case 4:
      return "false";
    case 5:
      return "true";
    case 6:
      return column;
    case 7:
      return column + " = " + column;
    case 8:
      return "length(" + column + "::text) % 2 = 0";
    case 9:
      return "\"Kinds\".yes '1'";
    default:
      return column + (random.Chance(50) ? " is null" : " is not null");
  }
}

std::string Arguments(Random& random, const Table& table, const std::string& queue) {
  static const std::vector<std::string> kFields = {"ev_type",   "ev_data",   "ev_extra1",
                                                   "ev_extra2", "ev_extra3", "ev_extra4"};
  std::vector<std::string> arguments;
  if (random.Chance(30)) arguments.push_back("ignore=" + NameList(random, table));
  if (random.Chance(table.key.empty() ? 70 : 15))
    arguments.push_back("pkey=" + NameList(random, table));
  if (random.Chance(30)) arguments.push_back("backup");
  while (random.Chance(20))
    arguments.push_back(random.Pick(kFields) + "=" + Expression(random, table));
  if (random.Chance(12)) arguments.push_back("when=" + Condition(random, table));
  if (random.Chance(2)) arguments.push_back("deny");
  if (random.Chance(1)) arguments.push_back("Backup");
  if (random.Chance(3)) arguments.push_back("SKIP");
  random.Shuffle(arguments);
  std::string list = Literal(random.Chance(99) ? queue : "no such queue");
  for (const std::string& argument : arguments) list += ", " + Literal(argument);
  return list;
}

}  // namespace

void AddTriggers(Random& random, const Table& table, const std::string& name,
                 const std::string& queue, std::vector<std::string>& statements) {
  static const std::vector<std::string> kFunctions = {"logutriga", "logutriga", "sqltriga",
                                                      "jsontriga"};
  static const std::vector<std::string> kEvents = {"insert or update or delete",
                                                   "insert or update or delete",
                                                   "insert or update or delete",
                                                   "update",
                                                   "insert",
                                                   "delete or update"};
  const std::string function = "pgq." + random.Pick(kFunctions);
  const std::string before = random.Chance(88) ? " after " : " before ";
  std::string create = "create " +
                       std::string(random.Chance(4) && before == " after " ? "constraint " : "") +
                       "trigger " + name + before + random.Pick(kEvents) + " on " + table.name;
  if (create.starts_with("create constraint")) create += " deferrable initially deferred";
  create += random.Chance(98) ? " for each row" : " for each statement";
  statements.push_back(create + " execute function " + function + "(" +
                       Arguments(random, table, queue) + ")");
  if (random.Chance(60))
    statements.push_back("create trigger " + name + "_truncate after truncate on " + table.name +
                         " for each statement execute function " + function + "(" +
                         (random.Chance(90) ? Literal(queue) : Arguments(random, table, queue)) +
                         ")");
}

}  // namespace capture_test
