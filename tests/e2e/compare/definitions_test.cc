// compare and repair between tables that are not defined alike, in databases with other settings
// and encodings: what the node below has to have is equal, everything else is found.
#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "support/eventually.h"
#include "support/node_fixture.h"

namespace {

using namespace std::chrono_literals;
using namespace test_support;
using testing::HasSubstr;
using testing::Not;

struct Column {
  const char* name;
  const char *above, *below;  // definitions
  const char* value;          // SQL, on the root
  const char* spoilt;         // SQL, on the leaf
};

// What comes from one to the other has to count as equal, and nothing else.
const std::vector<Column> kColumns{
    {"v_text", "varchar(10)", "text", "'ab  '", "'ab'"},
    {"text_v", "text", "varchar(10)", "'abcdefghij      '", "'abcdefghiJ'"},
    {"c_text", "char(5)", "text", "'ab'", "'ab'"},
    {"text_c", "text", "char(5)", "'ab '", "'abc'"},
    {"c_c", "char(5)", "char(8)", "'ab'", "'abb'"},
    {"c_same", "char(5)", "char(5)", "'ab'", "'abb'"},
    {"b_text", "boolean", "text", "true", "'true'"},
    {"text_b", "text", "boolean", "'t'", "false"},
    {"n_n", "numeric(10,1)", "numeric(12,3)", "1.5", "1.501"},
    {"i_n", "int", "numeric(8,2)", "7", "7.01"},
    {"i_i8", "int", "bigint", "2147483647", "2147483648"},
    {"r_f", "real", "float8", "0.1", "'0.1'::real::float8"},
    {"f_f", "float8", "float8", "0.1::float8 + 0.2", "0.3"},
    {"j_jb", "json", "jsonb", "'{\"b\": 1,  \"a\": 2}'", "'{\"a\": 2}'"},
    {"jb_j", "jsonb", "json", "'{\"b\": 1,  \"a\": 2}'", "'{\"a\":2, \"b\": 1}'"},
    {"inet_text", "inet", "text", "'10.0.0.1'", "'10.0.0.1/32'"},
    {"d_base", "short", "varchar(10)", "'x'", "'y'"},
    {"base_d", "varchar(5)", "short", "'x'", "'y'"},
    {"money", "money", "money", "'-1234.56'", "'-1234.57'"},
    {"e_text", "mood", "text", "'sad'", "'happy'"},
    {"text_e", "text", "mood", "'sad'", "'happy'"},
    {"at", "timestamptz", "timestamptz", "'2026-03-04 05:06:07.89+00'", "'2026-03-04'"},
    {"at_0", "timestamptz", "timestamptz(0)", "'2026-03-04 05:06:07.89+00'", "'2026-03-04'"},
    {"ts_0", "timestamp", "timestamp(0)", "'2026-03-04 05:06:07.89'", "'2026-03-04 05:06:07'"},
    {"date_ts", "date", "timestamp", "'2026-03-04'", "'2026-03-04 00:00:01'"},
    {"during", "tstzrange", "tstzrange", "'[2026-03-04,)'", "'(,)'"},
    {"span", "interval", "interval", "'-1 day +01:02:03'", "'1 day'"},
    {"raw", "bytea", "bytea", "'\\x5c00ff'", "'\\x5c00fe'"},
    {"doc", "xml", "xml", "'<a>&amp;</a>'", "'<a/>'"},
    {"bit_v", "varbit", "bit(3)", "B'101'", "B'100'"},
    {"ints", "int[]", "bigint[]", "'{1,null}'", "'{1}'"},
    {"texts", "text[]", "varchar(5)[]", "'{ab,null,\"\"}'", "'{ab,null}'"},
    {"moods", "mood[]", "text[]", "'{sad}'", "'{}'"},
    {"pair", "pair", "pair", "row(null, null)::pair", "null"},
    {"big", "text", "text", "repeat('0123456789', 3000)", "repeat('0123456789', 2999)"},
    {"wide", "text", "text", "(select string_agg(md5(i::text), '') from generate_series(1, 400) i)",
     "'x'"},
    {"accent", "text", "text", "'ção €'", "'çao'"},
    {"made", "int generated always as (id * 2) stored", "int", "", "-1"},
    {"computed", "int generated always as (id * 3) stored",
     "int generated always as (id::int * 3) stored", "", ""},
};

std::string Definitions(bool above) {
  std::vector<std::string> list;
  for (const Column& column : kColumns)
    list.push_back(std::string(column.name) + " " + (above ? column.above : column.below));
  if (!above) std::ranges::reverse(list);
  std::string text;
  for (const std::string& column : list) text += ", " + column;
  return text;
}

std::string Insert(const std::string& ids) {
  std::string names, values;
  for (const Column& column : kColumns) {
    if (column.value[0] == '\0') continue;
    names += std::string(", ") + column.name;
    values += std::string(", ") + column.value;
  }
  return "insert into mixed (id" + names + ") select i" + values + " from generate_series(" + ids +
         ") i";
}

struct Databases {
  const char* name;
  const char *above, *below;  // of create database
  bool euro = true;           // both can hold it
};

void PrintTo(const Databases& databases, std::ostream* out) { *out << databases.name; }

class DefinitionsStory : public testing::TestWithParam<Databases> {
 protected:
  void Start() {
    const auto create = [](PostgresServer& server, const std::string& options,
                           const std::string& settings) {
      Sql sql(server.Connstr());
      sql.Exec("create database shop template template0 " + options);
      for (const char* name : {"datestyle", "timezone", "intervalstyle", "bytea_output",
                               "extra_float_digits", "xmloption"}) {
        const auto at = settings.find(name);
        if (at == std::string::npos) continue;
        sql.Exec("alter database shop set " + settings.substr(at, settings.find(';', at) - at));
      }
    };
    create(provider_, GetParam().above,
           "datestyle = 'German'; timezone = 'Asia/Kolkata'; intervalstyle = 'sql_standard'; "
           "bytea_output = 'escape'; extra_float_digits = 0; xmloption = 'document';");
    create(subscriber_, GetParam().below,
           "datestyle = 'SQL, DMY'; timezone = 'America/New_York'; intervalstyle = 'iso_8601'; "
           "extra_float_digits = 3; xmloption = 'content';");
    for (Node* node : {&root_, &leaf_})
      if (node->sql().Value("show server_encoding") != "SQL_ASCII")
        node->sql().Exec("set client_encoding = 'UTF8'");
    for (Node* node : {&root_, &leaf_})
      node->sql().Exec(
          "set intervalstyle = 'postgres'; set datestyle = 'ISO'; set timezone = 'UTC';"
          "create type mood as enum ('sad', 'happy'); create type pair as (a int, b text);"
          "create domain short as varchar(7) check (value <> 'refused')");
  }

  void Subscribe(const std::vector<std::string>& tables) {
    root_.CreateRoot();
    pgqd_ = StartPgqd(dir_, provider_);
    root_.StartWorker();
    leaf_.CreateLeaf(root_);
    leaf_.StartWorker();
    std::vector<std::string> command{"add-table"};
    command.insert(command.end(), tables.begin(), tables.end());
    root_.MustLondiste(command);
    leaf_.MustLondiste(command);
    leaf_.MustLondiste({"wait-sync"});
  }

  RunResult Londiste(std::vector<std::string> words) {
    words.insert(words.begin(), {"londiste", leaf_.ini()});
    return test_support::Run(std::move(words), {.directory = dir_.path()});
  }
  void Unnoticed(Node& node, const std::string& sql) {
    node.sql().Exec("begin; set local session_replication_role = replica; " + sql + "; commit");
  }

  TempDir dir_;
  PostgresServer provider_, subscriber_;
  Node root_{dir_, provider_, "shop", "node1"}, leaf_{dir_, subscriber_, "shop", "node2"};
  std::unique_ptr<Process> pgqd_;
};

TEST_P(DefinitionsStory, WhatDiffersIsFoundAndNothingElse) {
  Start();
  root_.sql().Exec("create table mixed (id int primary key, gone int" + Definitions(true) +
                   "); alter table mixed drop column gone");
  leaf_.sql().Exec("create table mixed (gone text" + Definitions(false) +
                   ", id bigint primary key, own int default 7, own_made int generated always as "
                   "(id * 5) stored); alter table mixed drop column gone;"
                   "alter table mixed alter column big set storage external");
  std::string insert = Insert("1, 50");
  if (!GetParam().euro) insert.replace(insert.find("€"), 3, "£");
  root_.sql().Exec(insert);
  if (root_.sql().Value("show server_encoding") == "SQL_ASCII")  // and no UTF-8
    root_.sql().Exec("update mixed set accent = convert_from('\\xe761', 'SQL_ASCII')");
  Subscribe({"mixed"});
  if (!GetParam().euro) insert.replace(insert.find("£"), 2, "$");
  // By events, too.
  insert.replace(insert.find("1, 50"), 5, "51, 60");
  root_.sql().Exec(insert + "; update mixed set i_n = i_n + 1 where id > 45");
  ASSERT_TRUE(WaitUntil(60s, [&] {
    return leaf_.sql().Value("select count(*) from mixed where i_n = 8") == "15";
  })) << leaf_.Log();
  const RunResult equal = Londiste({"compare"});
  ASSERT_EQ(equal.status, 0) << equal.out << equal.err;
  EXPECT_THAT(equal.out, HasSubstr("public.mixed: 60 rows, equal to node node1"));

  // One column of a row each; then what a cast would cut, so that the rows looked the same.
  std::string changed;
  const auto spoil = [&] {
    int id = 0;
    changed.clear();
    std::string sql;
    for (const Column& column : kColumns) {
      ++id;
      if (column.spoilt[0] == '\0') continue;
      sql += std::string("update mixed set ") + column.name + " = " + column.spoilt +
             " where id = " + std::to_string(id) + ";";
      changed += "changed " + std::to_string(id) + "\n";
    }
    Unnoticed(leaf_, sql);
  };
  const auto told = [](const RunResult& result) {
    std::string list;
    const auto json = nlohmann::json::parse(result.out);
    for (const auto& row : json["tables"][0]["differences"])
      list += row["kind"].get<std::string>() + " " + row["key"]["id"].get<std::string>() + "\n";
    return list;
  };
  const auto sorted = [](std::string lines) {
    std::vector<std::string> list;
    for (std::size_t at = 0, end; (end = lines.find('\n', at)) != std::string::npos; at = end + 1)
      list.push_back(lines.substr(at, end - at));
    std::ranges::sort(list);
    return list;
  };
  spoil();
  const RunResult differs = Londiste({"compare", "--json"});
  EXPECT_EQ(differs.status, 1) << differs.err;
  EXPECT_EQ(sorted(told(differs)), sorted(changed));

  // By a file, and at once.
  EXPECT_EQ(Londiste({"repair"}).status, 1);
  const std::string file = dir_.path() + "/fix.public.mixed.sql";
  const RunResult psql =
      test_support::Run({"/usr/bin/env", "psql", "-qX", "-f", file, leaf_.connstr()});
  EXPECT_EQ(psql.status, 0) << psql.err;
  const RunResult mended = Londiste({"compare"});
  EXPECT_EQ(mended.status, 0) << mended.out << ReadWholeFile(file);
  spoil();
  const RunResult repaired = Londiste({"repair", "--apply"});
  EXPECT_EQ(repaired.status, 0) << repaired.err;
  const RunResult again = Londiste({"compare"});
  EXPECT_EQ(again.status, 0) << again.out;

  Unnoticed(root_,
            "update mixed set text_v = 'abcdefghijK' where id = 1;"
            "update mixed set text_c = 'abcdef' where id = 2;"
            "update mixed set bit_v = B'1010' where id = 3;"
            "update mixed set texts = '{abcdef}' where id = 4");
  Unnoticed(leaf_,
            "update mixed set text_v = 'abcdefghij' where id = 1;"
            "update mixed set text_c = 'abcde' where id = 2;"
            "update mixed set bit_v = B'101' where id = 3;"
            "update mixed set texts = '{abcde}' where id = 4");
  EXPECT_EQ(told(Londiste({"compare", "--json"})), "changed 1\nchanged 2\nchanged 3\nchanged 4\n");
}

INSTANTIATE_TEST_SUITE_P(
    Encodings, DefinitionsStory,
    testing::Values(
        Databases{"utf8_icu", "encoding 'UTF8' lc_collate 'C.utf8' lc_ctype 'C.utf8'",
                  "encoding 'UTF8' locale_provider icu icu_locale 'de-u-kn-true' locale 'C.utf8'"},
        Databases{"utf8_latin1", "encoding 'UTF8' locale 'C'", "encoding 'LATIN1' locale 'C'",
                  false},
        Databases{"latin1_utf8", "encoding 'LATIN1' locale 'C'", "encoding 'UTF8' locale 'C'",
                  false},
        Databases{"latin1_ascii", "encoding 'LATIN1' locale 'C'", "encoding 'SQL_ASCII' locale 'C'",
                  false},
        Databases{"ascii_ascii", "encoding 'SQL_ASCII' locale 'C'",
                  "encoding 'SQL_ASCII' locale 'C'"}),
    [](const auto& databases) { return std::string(databases.param.name); });

class KeysStory : public DefinitionsStory {};

TEST_P(KeysStory, EqualKeysThatAreWrittenInAnotherWayAreOneRow) {
  Start();
  for (Node* node : {&root_, &leaf_})
    node->sql().Exec(
        "create collation nd (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
        "create table byname (name text collate nd primary key, v text);"
        "create table bynumber (n numeric primary key, v text);"
        "create table bymood (m mood, a int[], c char(4), primary key (m, a, c), v text)");
  // The key's type differs.
  root_.sql().Exec(
      "create table bytext (k text primary key, v text); create table byint (id int primary key, v "
      "text);"
      "insert into byname values ('Anna', 'a'), ('Bob', 'b');"
      "insert into bynumber values (1.0, 'a'), (2, 'b');"
      "insert into bymood values ('sad', '{1,2}', 'x', 'a'), ('happy', '{}', 'y', 'b');"
      "insert into bytext values ('a', 'a'), ('b', 'b'); insert into byint values (1, 'a')");
  leaf_.sql().Exec(
      "create table bytext (k char(3) primary key, v text);"
      "create table byint (id bigint primary key, v text)");
  Subscribe({"byname", "bynumber", "bymood", "bytext", "byint"});
  EXPECT_EQ(Londiste({"compare"}).status, 0);
  Unnoticed(leaf_,
            "update byname set name = 'ANNA' where name = 'anna'; update bynumber set n = 1.00 "
            "where n = 1; update bymood set v = 'bad'; update bytext set v = 'bad' where k = 'a';"
            "insert into byint values (5000000000, 'mine'); delete from bytext where k = 'b'");
  const RunResult result = Londiste({"compare"});
  EXPECT_EQ(result.status, 5) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("  missing: name=Anna\n  extra: name=ANNA\n"));
  EXPECT_THAT(result.out, HasSubstr("  missing: n=1.0\n  extra: n=1.00\n"));
  EXPECT_THAT(result.out, HasSubstr("public.bymood: differs from node node1 at tick"));
  EXPECT_THAT(result.out, HasSubstr(": 1 missing, 1 changed\n  missing: k=b  \n  changed: k=a"));
  EXPECT_THAT(result.out, HasSubstr("  extra: id=5000000000"));
  const RunResult repaired =
      Londiste({"repair", "--apply", "byname", "bynumber", "bymood", "bytext"});
  EXPECT_EQ(repaired.status, 0) << repaired.err;
  const RunResult kept = Londiste({"repair", "byint", "--apply"});
  EXPECT_EQ(kept.status, 1) << kept.err;
  EXPECT_THAT(kept.err, HasSubstr("that stay without --delete: 1"));
  EXPECT_EQ(Londiste({"repair", "byint", "--apply", "--delete"}).status, 0);
  const RunResult again = Londiste({"compare"});
  EXPECT_EQ(again.status, 0) << again.out << again.err;
}

TEST_P(KeysStory, WhatIsNotKnownFromTheNodeAboveIsNotCompared) {
  Start();
  const std::string key = "(id int primary key, ";
  root_.sql().Exec("create table z1 " + key + "at timestamptz); create table z2 " + key +
                   "at timestamp); create table z3 " + key + "at timestamptz[]); create table o1 " +
                   key + "c regclass)");
  leaf_.sql().Exec("create table z1 " + key + "at timestamp); create table z2 " + key +
                   "at timestamptz); create table z3 " + key + "at text); create table o1 " + key +
                   "c text)");
  Subscribe({"z1", "z2", "z3", "o1"});
  const RunResult result = Londiste({"compare"});
  EXPECT_EQ(result.status, 4) << result.out << result.err;
  for (const char* told :
       {"public.z1: not compared: column \"at\" is timestamp with time zone there and timestamp "
        "without time zone here: the value depends on the time zone of who writes it",
        "public.z2: not compared: column \"at\" is timestamp without time zone there and",
        "public.z3: not compared: column \"at\" is timestamp with time zone[] there and text here",
        "public.o1: not compared: column \"c\" is regclass there and text here"})
    EXPECT_THAT(result.out, HasSubstr(told));
}

INSTANTIATE_TEST_SUITE_P(Utf8, KeysStory,
                         testing::Values(Databases{"utf8", "encoding 'UTF8' locale 'C.utf8'",
                                                   "encoding 'UTF8' locale 'C.utf8'"}),
                         [](const auto& databases) { return std::string(databases.param.name); });

}  // namespace
