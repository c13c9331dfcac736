#include "capture/value_pool.h"

namespace capture_test {
namespace {

const char* const kLongName = "a_name_that_is_exactly_as_long_as_a_name_may_be_sixty_three_byt";

std::vector<ColumnType> ScalarTypes() {
  const std::vector<std::string> empty;
  return {
      {"boolean", {"t", "f"}, true},
      {"smallint", {"-32768", "0", "32767", "7"}, true},
      {"integer", {"-2147483648", "0", "1", "2", "3", "2147483647"}, true},
      {"bigint", {"-9223372036854775808", "0", "9007199254740993", "9223372036854775807"}, true},
      {"numeric",
       {"0", "-0.00", "1.5", "1.50", "1.500", "1e-30", "12345678901234567890.1234567890", "NaN",
        "Infinity"},
       true},
      {"numeric(10,2)", {"1.5", "1.50", "-99999999.99", "NaN"}, true},
      {"real", {"0", "-0", "0.1", "1.17549435e-38", "3.4028235e+38", "NaN", "Infinity"}, false},
      {"double precision",
       {"0", "-0", "0.1", "0.30000000000000004", "5e-324", "1e+15", "1.7976931348623157e+308",
        "NaN", "-Infinity"},
       true},
      {"money", {"0", "-1.5", "12345678901.56", "1"}, false},
      {"oid", {"0", "1", "4294967295"}, true},
      {"xid", {"0", "4294967295"}, false},
      {"xid8", {"0", "18446744073709551615"}, true},
      {"cid", {"0", "42"}, false},
      {"tid", {"(0,1)", "(4294967295,65535)"}, false},
      {"pg_lsn", {"0/0", "FFFFFFFF/FFFFFFFF"}, true},
      {"text", empty, true},
      {"text collate \"C\"", empty, true},
      {"text collate \"Kinds\".folding", {"a", "A", "ab", "AB", "aB"}, true},
      {"varchar", empty, true},
      {"varchar(12)", {"", "a  ", "a", "'\"\\", "(,)", "1234567890ab"}, true},
      {"char(6)", {"", "a", "a ", "ab\"c'", "\\"}, true},
      {"name", {"", "a b", "pg_class", "\"x\""}, true},
      {"\"char\"", {"a", "\"", "\\", "", "'"}, true},
      {"bytea", {"\\x", "\\x00", "\\x00ff275c22", "\\xdeadbeef"}, true},
      {"date",
       {"2009-09-19", "0001-01-01", "0044-03-15 BC", "5874897-12-31", "infinity", "-infinity"},
       true},
      {"time", {"00:00:00", "24:00:00", "23:59:59.999999"}, true},
      {"time(0)", {"00:00:00.4", "23:59:59"}, true},
      {"timetz", {"00:00:00+00", "23:59:59.999999-15:59", "12:00:00+05:30"}, true},
      {"timestamp",
       {"2009-09-19 11:59:48.599", "2009-09-19", "0044-03-15 12:00:00.5 BC",
        "294276-12-31 23:59:59.999999", "infinity", "-infinity"},
       true},
      {"timestamp(3)", {"2009-09-19 11:59:48.5999"}, true},
      {"timestamptz",
       {"2009-09-19 11:59:48.599+00", "2009-07-19 11:59:48-03", "1850-01-01 00:00:00+00",
        "0044-03-15 12:00:00+00 BC", "294276-12-31 12:00:00+00", "infinity", "-infinity"},
       true},
      {"interval",
       {"0", "24:00:00", "1 day", "30 days", "1 mon", "-1 day -2 hours",
        "1 year 2 mons -3 days 04:05:06.789", "-00:00:00.000001"},
       true},
      {"uuid",
       {"00000000-0000-0000-0000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
       true},
      {"inet", {"10.0.0.1", "10.1.2.3/8", "::1", "2001:db8::ff00:42:8329/64"}, true},
      {"cidr", {"10.0.0.0/8", "::/0"}, true},
      {"macaddr", {"08:00:2b:01:02:03"}, true},
      {"macaddr8", {"08:00:2b:01:02:03:04:05"}, true},
      {"bit(9)", {"101010101", "000000000"}, true},
      {"varbit", {"", "1", "0101"}, true},
      {"point", {"(1,2)", "(0.1,-1e+300)", "(NaN,Infinity)"}, false},
      {"line", {"{1,-1,0.1}", "{0,1,2}"}, false},
      {"lseg", {"[(0,0),(1.1,2)]"}, false},
      {"box", {"(2,2.2),(1,1)", "(1,1),(0,0)", "(2,2),(1,1)"}, false},
      {"path", {"[(0,0),(1,1),(2,0)]", "((0,0),(1,1),(2,0))"}, false},
      {"polygon", {"((0,0),(1,1),(2,0.3))"}, false},
      {"circle", {"<(0.1,0),2.5>", "<(5,5),2.5>"}, false},
      {"json",
       {"{}", "{\"a\": [1, 2.0, null, \"x\\\"y\\\\z\"]}", "\"x\"", "null", " [1 ,2] "},
       false},
      {"jsonb", {"{}", "{\"a\": [1, 2.0, 2.00, null, \"x\\\"y\"]}", "1.0", "1.00", "null"}, true},
      {"jsonpath", {"$.\"a\"[*]?(@ > 1)", "$"}, false},
      {"xml", {"", "<a b=\"c\">d &amp; e</a>", "text <b/> only"}, false},
      {"tsvector", {"", "'a':1A 'b c':2,3 'it''s':4"}, true},
      {"tsquery", {"'a' & !'b c'", "x | y"}, true},
      {"txid_snapshot", {"10:20:10,14,15"}, false},
      {"pg_snapshot", {"10:20:10,14,15"}, false},
      {"int2vector", {"1 2 3", ""}, false},
      {"oidvector", {"1 2 3", ""}, true},
      {"regclass", {"pg_class", "\"Kinds\".\"Pair\"", "-", "12345678"}, false},
      {"regtype", {"integer", "\"Kinds\".mood", "character varying[]"}, false},
      {"regproc", {"pg_catalog.now", "-"}, false},
      {"regprocedure", {"pg_catalog.abs(integer)", "-"}, false},
      {"regoperator", {"pg_catalog.+(integer,integer)"}, false},
      {"regnamespace", {"\"Kinds\"", "pg_catalog"}, false},
      {"regrole", {"postgres", "-"}, false},
      {"regcollation", {"\"C\"", "\"Kinds\".folding"}, false},
      {"regconfig", {"simple", "pg_catalog.english"}, false},
      {"aclitem", {"postgres=arw/postgres", "=r/postgres"}, false},
      {"int4range", {"empty", "[1,5)", "(,)", "[,7]"}, true},
      {"numrange", {"empty", "[1.0,5)", "[1.00,5)", "(,2.5]"}, true},
      {"tsrange", {"[2009-09-19 11:59:48,)", "empty", "[2009-09-19,2010-01-01]"}, true},
      {"tstzrange", {"[2009-09-19 11:59:48+00,)", "empty"}, true},
      {"daterange", {"[2009-09-19,2010-01-01)"}, true},
      {"\"Kinds\".mood", {"sad", "it's \"so\\ so\", (really)", "Happy"}, true},
      {"\"Kinds\".short_text", {"", "a", "it's"}, true},
      {"\"Kinds\".positive", {"1", "2", "999", "-1"}, true},
      {"\"Kinds\".yes", {"t"}, true},
      {"\"Kinds\".yes_or_no", {"t", "f"}, true},
      {"\"Kinds\".day", {"2009-09-19", "1999-12-31"}, true},
      {"\"Kinds\".moment", {"2009-09-19 11:59:48.599"}, true},
      {"\"Kinds\".price", {"1.5", "1.50"}, true},
      {"\"Kinds\".numbers", {"{1,2,3}", "{}", "{NULL,1}"}, false},
      {"\"Kinds\".\"Pair\"", {"(1,a)", "(,)", "(2,\"x \"\"y\"\" \\\\z, (w)\")"}, true},
      {"\"Kinds\".nested", {"(\"(1,a)\",\"{\"\"(2,b)\"\",NULL}\",3)", "(,,)"}, true},
      {"\"Kinds\".with_json", {"(1,\"{\"\"a\"\": 1}\")", "(1,\"{\"\"a\"\":1}\")"}, false},
      {"\"Kinds\".mixed",
       {"(\"2009-09-19 11:59:48+00\",\"1 day\",0.1,\"\\\\x00ff\",1.50)", "(,,,,)"},
       true},
      {"\"Kinds\".float_range", {"[0.1,0.30000000000000004)", "empty"}, true},
      {"\"Kinds\".interval_range", {"[1 day,2 days)", "[24:00:00,2 days)"}, true},
  };
}

// Many different values, so that most keys are new.
void AddNumbers(ColumnType& type) {
  for (int n = 4; n < 60; ++n) type.values.push_back(std::to_string(n));
}

std::vector<ColumnType> AllTypes() {
  std::vector<ColumnType> types = ScalarTypes();
  for (ColumnType& type : types)
    if (type.name == "integer" || type.name == "bigint" || type.name == "numeric") AddNumbers(type);
  const std::size_t n_scalars = types.size();
  for (std::size_t i = 0; i < n_scalars; ++i) {
    const std::string& name = types[i].name;
    if (name.find("collate") != std::string::npos) continue;
    types.push_back({name + "[]", types[i].values, false});
  }
  // Several rows of what tables are mostly made of, so that not every column is exotic.
  for (int n = 0; n < 12; ++n) {
    types.push_back({"integer", {"1", "2", "3"}, true});
    AddNumbers(types.back());
    types.push_back({"text", {}, true});
  }
  types.push_back({"int4multirange", {"{}", "{[1,3),[5,9)}"}, true});
  types.push_back({"tsmultirange", {"{[2009-09-19,2010-01-01)}"}, true});
  return types;
}

std::string ArrayInput(Random& random, Charset charset, const ColumnType& type) {
  std::string text = "{";
  const int n = random.Between(0, 4);
  for (int i = 0; i < n; ++i) {
    if (i > 0) text += type.name == "box[]" ? ';' : ',';
    if (random.Chance(15)) {
      text += "NULL";
      continue;
    }
    text += '"';
    for (const char c :
         type.values.empty() ? RandomText(random, charset) : random.Pick(type.values)) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text + '}';
}

}  // namespace

std::vector<std::string> TypeStatements(Charset charset) {
  return {
      "create schema \"Kinds\"",
      // ICU has no SQL_ASCII.
      charset == Charset::kBytes ? "create collation \"Kinds\".folding (locale = 'C')"
                                 : "create collation \"Kinds\".folding (provider = icu, locale = "
                                   "'und-u-ks-level2', deterministic = false)",
      "create type \"Kinds\".mood as enum ('sad', E'it''s \"so\\\\ so\", (really)', 'Happy')",
      "create domain \"Kinds\".short_text as text check (length(value) < 20)",
      "create domain \"Kinds\".positive as integer check (value > 0)",
      "create domain \"Kinds\".yes as boolean not null",
      "create domain \"Kinds\".yes_or_no as boolean",
      "create domain \"Kinds\".day as date",
      "create domain \"Kinds\".moment as timestamp",
      "create domain \"Kinds\".price as numeric",
      "create domain \"Kinds\".numbers as integer[]",
      "create type \"Kinds\".\"Pair\" as (a integer, b text)",
      "create type \"Kinds\".nested as (p \"Kinds\".\"Pair\", l \"Kinds\".\"Pair\"[], d "
      "\"Kinds\".positive)",
      "create type \"Kinds\".with_json as (a integer, b json)",
      "create type \"Kinds\".mixed as (t timestamptz, i interval, f float8, b bytea, m money)",
      "create type \"Kinds\".float_range as range (subtype = float8)",
      "create type \"Kinds\".interval_range as range (subtype = interval)",
  };
}

const std::vector<ColumnType>& ColumnTypes() {
  static const std::vector<ColumnType> types = AllTypes();
  return types;
}

std::string Literal(const std::string& text) {
  std::string literal = "E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') literal += c;
    literal += c;
  }
  return literal + '\'';
}

std::string QuotedName(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += c;
    quoted += c;
  }
  return quoted + '"';
}

std::string RandomText(Random& random, Charset charset) {
  static const std::vector<std::string> kAscii = {"",
                                                  " ",
                                                  "a",
                                                  "A",
                                                  "abc",
                                                  "\\",
                                                  "\\\\",
                                                  "'",
                                                  "\"",
                                                  "\"\"",
                                                  "\t\n\r\b\f\x0b",
                                                  "\x01\x02\x7f",
                                                  "%20+&=#?",
                                                  "NULL",
                                                  "null",
                                                  "\\N",
                                                  "\\.",
                                                  "{}",
                                                  "(,)",
                                                  "a,b",
                                                  "\\x00",
                                                  "it's",
                                                  ",",
                                                  "()",
                                                  " lead",
                                                  "trail ",
                                                  "E'x'",
                                                  "$1",
                                                  "<a>&amp;",
                                                  "a=b&c",
                                                  "1.5",
                                                  "1.50"};
  static const std::vector<std::string> kUtf8 = {"ação €uro 𝄞", "漢字かな", "é",     "\u00a0",
                                                 "\ufeff",      "İı",       "\u2028"};
  static const std::vector<std::string> kLatin1 = {"ação", "é", "\u00a0", "ÿ", "×÷", "ß"};
  static const std::vector<std::string> kBytes = {"\xff\xfe", "\xc3", "\x80 \x9f", "a\xe7\xe3o"};
  const int kind = random.Between(1, 100);
  if (kind <= 40) return random.Pick(kAscii);
  if (kind <= 65)
    return random.Pick(charset == Charset::kUtf8     ? kUtf8
                       : charset == Charset::kLatin1 ? kLatin1
                                                     : kBytes);
  if (kind <= 97) {
    std::string text;
    const int n = random.Between(1, 12);
    for (int i = 0; i < n; ++i) text += random.Pick(random.Chance(80) ? kAscii : kLatin1);
    return text;
  }
  // Long enough to be compressed, or moved out of the row.
  std::string text;
  const int length = random.Chance(90) ? random.Between(300, 5000) : random.Between(5000, 40000);
  const bool compressible = random.Chance(50);
  while (static_cast<int>(text.size()) < length)
    text += compressible ? std::string("ação it's \"x\\ ")
                         : std::string(1, static_cast<char>(random.Between(32, 126)));
  return text;
}

std::string RandomInput(Random& random, Charset charset, const ColumnType& type, int null_percent) {
  if (random.Chance(null_percent)) return "\\N";
  std::string text;
  if (type.name.ends_with("[]"))
    text = ArrayInput(random, charset, type);
  else if (type.values.empty())
    text = RandomText(random, charset);
  else
    text = random.Pick(type.values);
  return text;
}

std::string RandomValue(Random& random, Charset charset, const ColumnType& type, int null_percent) {
  const std::string text = RandomInput(random, charset, type, null_percent);
  if (text == "\\N") return "null";
  return Literal(text);
}

std::vector<std::string> NamePool(Charset charset) {
  std::vector<std::string> names = {
      "id",    "a",          "b",       "c",     "val",    "txt",          "data", "x1",
      "x2",    "x3",         "x4",      "Mixed", "UPPER",  "select",       "user", "order",
      "table", "with space", "a.b",     "q\"t",  "a'b",    "back\\s",      "x-y",  "dollar$",
      "a,b",   "ev_type",    "ev_data", "queue", "ctx",    "names",        "new",  "old",
      "r",     "i",          "vals",    "tg_op", "_under", "1st",          "%pct", "a+b",
      "kinds", "ignore",     "when",    "null",  "true",   "current_user", "q",    "_pgq_value",
      "d1",    "d2",         "d3",      "d4",    "e1",     "e2",           "e3",   "e4",
      "oid",   kLongName};
  if (charset == Charset::kBytes)
    names.insert(names.end(), {"caf\xe9"});
  else
    names.insert(names.end(), {"café", "Ünï"});
  if (charset == Charset::kUtf8) names.insert(names.end(), {"漢字", "İ"});
  return names;
}

}  // namespace capture_test
