#include "server/londiste/apply/random_history.h"

#include "pg/quote.h"
#include "pgq/urlencode.h"

namespace apply_test {
namespace {

constexpr int kKeys = 25;  // few, so that the same rows are met again and again

std::string Number(int number) { return std::to_string(number); }

}  // namespace

RandomHistory::RandomHistory(unsigned seed, int number) : random_(seed) {
  name_ = OneIn(3) ? "Table " + Number(number) : "t" + Number(number);
  const std::vector<std::string> key_types = {
      "int4",    "int8",   "int2",        "text",       "varchar(40)", "uuid",  "bool",
      "numeric", "bpchar", "timestamptz", "ext.citext", "numeric[]",   "jsonb", "text collate nd",
      "ext.mood"};
  const int keys = 1 + (OneIn(3) ? 1 + Below(2) : 0);
  for (int i = 0; i < keys; ++i) {
    const std::string type = key_types[static_cast<std::size_t>(
        i == 0 ? Below(6) : Below(static_cast<int>(key_types.size())))];
    columns_.push_back(
        {OneIn(4) ? "Key " + Number(i) : "k" + Number(i), type, true, false, "", false});
  }
  if (OneIn(4)) columns_[0].type = key_types[static_cast<std::size_t>(7 + Below(8))];
  const std::vector<std::string> types = {
      "text",      "int4",        "float8",  "numeric(12,2)", "bytea",    "jsonb",      "int4[]",
      "date",      "timestamptz", "char(5)", "box",           "xml",      "inet",       "ext.mood",
      "ext.short", "\"char\"",    "bit(3)",  "interval",      "ext.pair", "varchar(50)"};
  const int others = Below(6);
  for (int i = 0; i < others; ++i)
    columns_.push_back({"v" + Number(i),
                        types[static_cast<std::size_t>(Below(static_cast<int>(types.size())))],
                        false, false, "", false});
  partitioned_ = OneIn(5);
  if (!partitioned_ && OneIn(2)) AddUniqueColumns();
  if (keys == 1 && OneIn(4))
    columns_.push_back({"parent", columns_[0].type, false, false, "", false, "refers"});
  if (OneIn(4)) columns_.push_back({"g", "int4", false, false, "(length('x'))", false});
  if (OneIn(5)) columns_.push_back({"i", "int4", false, false, "", true});
  if (!partitioned_ && OneIn(6)) extra_ = OneIn(2) ? "replica trigger" : "always trigger";
  for (const Column& column : columns_)
    description_ += column.name + " " + column.type + (column.key ? " key" : "") +
                    (column.unique ? " unique " : " ") + column.uniqueness +
                    (column.identity ? " identity" : "") + ", ";
  description_ += extra_ + (partitioned_ ? " partitioned" : "");
}

// Several columns, each unique in a way of its own.
void RandomHistory::AddUniqueColumns() {
  static const std::vector<std::string> ways = {"plain", "deferrable", "partial", "expression",
                                                "excluded"};
  const int count = 1 + Below(3);
  for (int i = 0; i < count; ++i)
    columns_.push_back({"u" + Number(i), "text", false, true, "", false,
                        ways[static_cast<std::size_t>(Below(static_cast<int>(ways.size())))]});
}

std::string RandomHistory::CreateSql(const std::string& schema) const {
  const std::string table = pg::QuoteIdent(schema) + "." + pg::QuoteIdent(name_);
  std::string columns, keys, constraints, indexes;
  for (const Column& column : columns_) {
    columns += pg::QuoteIdent(column.name) + " " + column.type;
    if (!column.generated.empty())
      columns += " generated always as " + column.generated + " stored";
    if (column.identity) columns += " generated always as identity";
    if (column.uniqueness == "plain") columns += " unique";
    if (column.uniqueness == "deferrable") columns += " unique deferrable initially deferred";
    if (column.uniqueness == "refers") columns += " references " + table;
    if (column.uniqueness == "excluded")
      constraints += ", exclude using btree (" + column.name + " with =)";
    if (column.uniqueness == "partial")
      indexes += "; create unique index on " + table + " (" + column.name + ") where " +
                 column.name + " <> 'u1'";
    if (column.uniqueness == "expression")
      indexes += "; create unique index on " + table + " (upper(" + column.name + "))";
    columns += ", ";
    if (column.key) keys += (keys.empty() ? "" : ", ") + pg::QuoteIdent(column.name);
  }
  std::string sql =
      "create table " + table + " (" + columns + "primary key (" + keys + ")" + constraints + ")";
  if (partitioned_) {
    sql += " partition by hash (" + keys + ")";
    for (int part = 0; part < 3; ++part)
      sql += "; create table " + pg::QuoteIdent(schema) + "." +
             pg::QuoteIdent(name_ + " p" + Number(part)) + " partition of " + table +
             " for values with (modulus 3, remainder " + Number(part) + ")";
  }
  sql += indexes;
  if (extra_.ends_with("trigger")) {
    const std::string log = pg::QuoteIdent(schema) + "." + pg::QuoteIdent(name_ + " log");
    const std::string function = pg::QuoteIdent(schema) + "." + pg::QuoteIdent(name_ + " note");
    sql += "; create table " + log + " (n serial, op text); create function " + function +
           "() returns trigger language plpgsql as $$ begin insert into " + log +
           " (op) values (tg_op); return null; end $$; create trigger note after insert or update "
           "or delete on " +
           table + " for each row execute function " + function + "(); alter table " + table +
           " enable " + extra_ + " note";
  }
  return sql;
}

Value RandomHistory::RandomValue(const Column& column) {
  const int n = Below(column.key ? kKeys : 1000);
  if (!column.key && OneIn(6)) return std::nullopt;
  if (column.type.starts_with("int4[]")) return "{" + Number(n) + ",NULL,-1}";
  if (column.type.starts_with("int")) return Number(n);
  if (column.type == "numeric[]") return "{" + Number(n) + "}";
  if (column.type == "float8") return Number(n) + ".5";
  if (column.type == "ext.mood")
    return std::vector<std::string>{"sad", "o'k", "\"happy\""}[static_cast<std::size_t>(n % 3)];
  if (column.type == "ext.pair") return "(" + Number(n) + ",\"a \"\"b\\\\,'\")";
  if (column.type == "box") return "(" + Number(n + 1) + ",2),(1,1)";
  if (column.type == "xml") return "<a b=\"" + Number(n) + "\">'\\</a>";
  if (column.type == "inet") return "10.0.0." + Number(n % 200);
  if (column.type == "\"char\"") return std::string(1, static_cast<char>('!' + n % 90));
  if (column.type == "bit(3)") return n % 2 == 0 ? "101" : "010";
  if (column.type == "interval") return Number(n) + " days 00:00:01";
  if (column.type.starts_with("numeric")) return Number(n);
  if (column.type == "bool") return n % 2 == 0 ? "t" : "f";
  if (column.type == "uuid") {
    const std::string tail = Number(n);
    return "00000000-0000-0000-0000-" + std::string(12 - tail.size(), '0') + tail;
  }
  if (column.type == "date") return "2026-01-" + Number(10 + n % 20);
  if (column.type == "timestamptz") return "2026-01-01 10:00:" + Number(10 + n % 50) + "+00";
  if (column.type == "bytea") return "\\x00" + Number(10 + n % 90) + "ff";
  if (column.type == "jsonb") return "{\"a\": " + Number(n) + "}";
  if (column.type == "char(5)") return Number(n);
  if (column.key && n == 0 && (column.type == "text" || column.type.starts_with("varchar")))
    return "";
  if (column.type == "text" && OneIn(40)) return std::string(3000, static_cast<char>('a' + n % 26));
  if (!column.key && OneIn(3)) {
    static const std::vector<std::string> odd = {"",  "NULL", "null", "\\N",  "{",    "}",    "\"",
                                                 "'", ",",    "\\",   "\\\\", "\\\"", "a'\"", " "};
    return odd[static_cast<std::size_t>(n) % odd.size()];
  }
  return "v\t" + Number(n) + "\\n&=%\n\xc3\xa9";
}

// Of types whose equal values may have different texts.
std::string RandomHistory::AnotherSpelling(const Column& column, const std::string& value) {
  if (column.type == "numeric" && OneIn(2)) return value + ".00";
  if (column.type == "bpchar" && OneIn(2)) return value + "  ";
  if (column.type == "numeric[]" && OneIn(2))
    return "{" + value.substr(1, value.size() - 2) + ".0}";
  if (column.type == "jsonb" && OneIn(2)) return value.substr(0, value.size() - 1) + ".0}";
  if ((column.type == "ext.citext" || column.type == "text collate nd") && OneIn(2))
    return "V" + value.substr(1);
  if (column.type == "timestamptz" && OneIn(2)) {
    std::string shifted = value;
    return shifted.replace(11, 2, "12").replace(shifted.size() - 2, 2, "02");
  }
  return value;
}

RandomHistory::Row RandomHistory::RandomRow() {
  Row row;
  for (const Column& column : columns_)
    if (!column.unique)
      row[column.name] = column.identity ? Number(Below(1000)) : RandomValue(column);
  return row;
}

void RandomHistory::SetUnique(Row& row) {
  for (const Column& column : columns_) {
    if (!column.unique) continue;
    if (OneIn(5)) {
      row[column.name] = std::nullopt;
    } else if (!free_unique_.empty() && OneIn(2)) {
      row[column.name] = free_unique_.back();
      free_unique_.pop_back();
    } else {
      row[column.name] = "u" + Number(next_unique_++);
    }
  }
}

std::string RandomHistory::KeyOf(const Row& row) const {
  std::string key;
  for (const Column& column : columns_)
    if (column.key) key += row.at(column.name).value() + "\x01";
  return key;
}

void RandomHistory::Write(const Emit& emit, char operation, const Row& row) {
  std::string type(1, operation), data;
  for (const Column& column : columns_) {
    if (column.key) type += (type.size() == 1 ? ":" : ",") + column.name;
    if (!column.generated.empty()) continue;
    if (!data.empty()) data += '&';
    pgq::EncodeTo(data, column.name);
    const Value& value = row.at(column.name);
    if (!value) continue;
    data += '=';
    pgq::EncodeTo(data, column.key ? AnotherSpelling(column, *value) : *value);
  }
  emit(type, data);
}

void RandomHistory::Insert(const Emit& emit) {
  Row row = RandomRow();
  if (rows_.contains(KeyOf(row))) return Update(emit, KeyOf(row));
  SetUnique(row);
  Write(emit, 'I', row);
  rows_[KeyOf(row)] = row;
}

void RandomHistory::Update(const Emit& emit, const std::string& key) {
  Row& row = rows_.at(key);
  const Row newer = RandomRow();
  for (const Column& column : columns_) {
    if (column.key || column.identity || OneIn(3)) continue;
    if (!column.unique) {
      row[column.name] = newer.at(column.name);
      continue;
    }
    if (row[column.name]) free_unique_.push_back(*row[column.name]);
    const Value before = row[column.name];
    SetUnique(row);
  }
  Write(emit, 'U', row);
}

// In the SQL form, as all triggers write it.
void RandomHistory::UpdateKey(const Emit& emit, const std::string& key) {
  Row row = rows_.at(key);
  const Row old = row, newer = RandomRow();
  std::string values, condition;
  for (const Column& column : columns_) {
    if (!column.generated.empty()) continue;
    if (column.key) {
      row[column.name] = newer.at(column.name);
      condition += (condition.empty() ? "" : " and ") + pg::QuoteIdent(column.name) + "=" +
                   pg::QuoteLiteral(AnotherSpelling(column, *old.at(column.name)));
    }
    const Value& value = row.at(column.name);
    values += (values.empty() ? "" : ",") + pg::QuoteIdent(column.name) + "=" +
              (value ? pg::QuoteLiteral(*value) : "NULL");
  }
  if (rows_.contains(KeyOf(row))) return;
  rows_.erase(key);
  rows_[KeyOf(row)] = row;
  emit("U", values + " where " + condition);
}

void RandomHistory::Delete(const Emit& emit, const std::string& key) {
  const Row row = rows_.at(key);
  rows_.erase(key);
  for (const Column& column : columns_)
    if (column.unique && row.at(column.name)) free_unique_.push_back(*row.at(column.name));
  Write(emit, 'D', row);
}

void RandomHistory::Swap(const Emit& emit) {
  std::vector<const Column*> uniques;
  for (const Column& column : columns_)
    if (column.unique) uniques.push_back(&column);
  if (uniques.empty() || rows_.size() < 2) return;
  const Column* unique = uniques[static_cast<std::size_t>(Below(static_cast<int>(uniques.size())))];
  Row& one = rows_.begin()->second;
  Row& other = rows_.rbegin()->second;
  const Value was = one[unique->name], becomes = other[unique->name];
  one[unique->name] = std::nullopt;
  Write(emit, 'U', one);
  other[unique->name] = was;
  Write(emit, 'U', other);
  one[unique->name] = becomes;
  Write(emit, 'U', one);
}

void RandomHistory::Change(const Emit& emit, bool wrong) {
  if (wrong && OneIn(20)) {
    Row row = RandomRow();
    for (const Column& column : columns_)
      if (column.unique) row[column.name] = std::nullopt;
    if (!rows_.contains(KeyOf(row))) Write(emit, OneIn(2) ? 'U' : 'D', row);
    return;
  }
  if (rows_.empty() || OneIn(3)) return Insert(emit);
  if (OneIn(10)) return Swap(emit);
  auto at = rows_.begin();
  std::advance(at, Below(static_cast<int>(rows_.size())));
  const std::string key = at->first;
  if (OneIn(60)) return UpdateKey(emit, key);
  OneIn(3) ? Delete(emit, key) : Update(emit, key);
}

}  // namespace apply_test
