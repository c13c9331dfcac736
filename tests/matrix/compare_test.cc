// compare and repair between two majors: equal values of every type are equal, and each column's
// change is found.
#include <vector>

#include "matrix/across_majors.h"

namespace {

using namespace std::chrono_literals;
using across_majors::AcrossMajors;
using across_majors::Environment;
using test_support::RunResult;
using testing::HasSubstr;

struct Value {
  const char *type, *value, *edge, *spoilt;
};

const std::vector<Value> kValues{
    {"boolean", "true", "false", "null"},
    {"smallint", "7", "-32768", "8"},
    {"int", "7", "-2147483648", "8"},
    {"bigint", "7", "-9223372036854775808", "8"},
    {"numeric", "7.10", "'NaN'", "7.1"},
    {"numeric(10,2)", "7.1", "99999999.99", "7.11"},
    {"real", "0.1", "1.1754944e-38", "0.10000001"},
    {"double precision", "0.1::float8 + 0.2", "4.9e-324", "0.3"},
    {"money", "'-12.34'", "'92233720368547758.07'", "'-12.35'"},
    {"char(5)", "'ab'", "''", "'ab c'"},
    {"\"char\"", "'x'", "''", "'y'"},
    {"varchar(40)", "'ab '", "''", "'ab'"},
    {"text", "E'tab\\t nl\\n \\\\ '' % & = é ☃ 𝄞'", "repeat('wide ', 100000)", "'ab'"},
    {"name", "'ab'", "repeat('x', 63)", "'abc'"},
    {"bytea", "'\\x00ff5c'", "''", "'\\x00ff5d'"},
    {"date", "'2026-11-30'", "'5874897-12-31'", "'infinity'"},
    {"time", "'24:00:00'", "'23:59:59.999999'", "'00:00'"},
    {"timetz", "'23:59:59.999999-15:59'", "'00:00+15:59'", "'00:00+00'"},
    {"timestamp", "'2026-11-30 10:00:00.000001'", "'-infinity'", "'2026-11-30 10:00'"},
    {"timestamptz", "'2026-11-30 10:00:00.000001+02'", "'4713-01-01 00:00:00+00 BC'",
     "'2026-11-30 10:00+02'"},
    {"interval", "'-1 year 2 mons -3 days 04:05:06.789'", "'-178000000 years'", "'1 day'"},
    {"uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'00000000-0000-0000-0000-000000000000'",
     "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12'"},
    {"json", "'{\"a\" :  1, \"a\": 2}'", "'null'", "'{\"a\": 1, \"a\": 2}'"},
    {"jsonb", "'{\"b\": [1, null, \"é\"], \"a\": 1e400}'", "'null'", "'{\"b\": []}'"},
    {"xml", "'<a x=\"1\">&amp;é</a>'", "''", "'<a/>'"},
    {"inet", "'10.1.2.3/8'", "'::1'", "'10.1.2.3/9'"},
    {"cidr", "'10.0.0.0/8'", "'::/0'", "'10.0.0.0/9'"},
    {"macaddr", "'08:00:2b:01:02:03'", "'00:00:00:00:00:00'", "'08:00:2b:01:02:04'"},
    {"macaddr8", "'08:00:2b:01:02:03:04:05'", "'ff:ff:ff:ff:ff:ff:ff:ff'",
     "'08:00:2b:01:02:03:04:06'"},
    {"bit(5)", "B'10101'", "B'00000'", "B'10100'"},
    {"bit varying", "B'101'", "B''", "B'1010'"},
    {"point", "'(1.5,-2)'", "'(1e300,-1e-300)'", "'(1.5,2)'"},
    {"line", "'{1,2,3}'", "'{0,-1,0}'", "'{1,2,4}'"},
    {"lseg", "'[(0,0),(1,1)]'", "'[(0,0),(0,0)]'", "'[(1,1),(0,0)]'"},
    {"box", "'(1,1),(0,0)'", "'(0,0),(0,0)'", "'(1,2),(0,0)'"},
    {"path", "'[(0,0),(1,1)]'", "'((0,0))'", "'((0,0),(1,1))'"},
    {"polygon", "'((0,0),(1,1),(2,0))'", "'((0,0))'", "'((0,0),(2,0),(1,1))'"},
    {"circle", "'<(0,0),1.5>'", "'<(0,0),0>'", "'<(0,0),1.25>'"},
    {"tsvector", "'''it''''s'':1A fat:2B'", "''", "'fat:2A'"},
    {"tsquery", "'fat & !(rat | cat)'", "''", "'fat'"},
    {"int4range", "'[1,)'", "'empty'", "'[2,)'"},
    {"numrange", "'(,5.5]'", "'(,)'", "'(,5.5)'"},
    {"tstzrange", "'[2026-01-01 00:00+02,infinity)'", "'empty'", "'[2026-01-01 00:00+02,)'"},
    {"oid", "4294967295", "0", "1"},
    {"regclass", "'pg_catalog.pg_class'", "0", "'pg_catalog.pg_type'"},
    {"regtype", "'int[]'", "0", "'int'"},
    {"xid8", "'1234567890123'", "'0'", "'1'"},
    {"pg_lsn", "'AB/CDEF0123'", "'0/0'", "'AB/CDEF0124'"},
    {"txid_snapshot", "'10:20:10,14,15'", "'1:1:'", "'10:20:10,14'"},
    {"jsonpath", "'$.a[*] ? (@ > 2)'", "'$'", "'$.a'"},
    {"int[]", "'{1,NULL,-3}'", "'{}'", "'{1,-3}'"},
    {"int[][]", "'[0:1][2:3]={{1,2},{3,4}}'", "'{}'", "'{{1,2},{3,4}}'"},
    {"text[]", "array['', 'a,b', '\"q\"', '\\', null, 'NULL', E'new\\nline']", "'{}'", "'{a}'"},
    {"bytea[]", "array['\\x00ff'::bytea]", "'{}'", "array['\\x00fe'::bytea]"},
    {"tstzrange[]", "array['[2026-01-01 00:00+02,)'::tstzrange]", "'{}'", "'{empty}'"},
    {"mood", "'it''s ok'", "'ção'", "'sad'"},
    {"mood[]", "'{sad,\"a,b\"}'", "'{}'", "'{sad}'"},
    {"pair", "row(null, 'a \"quoted\" \\ value')::pair", "row(null, null)::pair", "null"},
    {"pair[]", "array[row(1, 'x,(y)')::pair, null]", "'{}'", "'{null}'"},
    {"positive", "7", "2147483647", "8"},
    {"floats", "'[0.1,0.30000000000000004]'", "'empty'", "'[0.1,0.3]'"},
};

TEST_F(AcrossMajors, EveryTypeIsComparedAndMended) {
  std::string columns, values, edges, nulls, spoil;
  for (std::size_t i = 0; i < kValues.size(); ++i) {
    const std::string name = "c" + std::to_string(i + 1);
    columns += ", " + name + " " + kValues[i].type;
    values += std::string(", ") + kValues[i].value;
    edges += std::string(", ") + kValues[i].edge;
    nulls += ", null";
    spoil += "update kinds set " + name + " = " + kValues[i].spoilt +
             " where id = " + std::to_string(i + 1) + ";";
  }
  const std::string last = std::to_string(kValues.size());
  for (test_support::Node* node : {&from_, &to_})
    node->sql().Exec(
        "create type mood as enum ('sad', 'it''s ok', 'a,b', 'ção'); create type pair as (a int, b "
        "text); create domain positive as int check (value > 0); create type floats as range "
        "(subtype = float8); create table kinds (id int primary key" +
        columns + ")");
  const std::string insert = "insert into kinds select i" + values + " from generate_series(1, " +
                             last + ") i;" + "insert into kinds values (1001" + edges + "), (1002" +
                             nulls + ")";
  from_.sql().Exec(insert);
  ASSERT_NO_FATAL_FAILURE(from_.CreateRoot());
  from_.StartWorker();
  ASSERT_NO_FATAL_FAILURE(to_.CreateLeaf(from_));
  to_.StartWorker();
  from_.MustLondiste({"add-table", "kinds"});
  to_.MustLondiste({"add-table", "kinds"});
  to_.MustLondiste({"wait-sync"});
  const RunResult copied = to_.Londiste({"compare"});
  EXPECT_EQ(copied.status, 0) << copied.out << copied.err;
  EXPECT_THAT(copied.out, HasSubstr("equal to node root at tick"));
  // The same by events.
  from_.sql().Exec("delete from kinds; " + insert);
  const RunResult followed = to_.Londiste({"compare"});
  EXPECT_EQ(followed.status, 0) << followed.out << followed.err;
  EXPECT_THAT(followed.out, HasSubstr(std::to_string(kValues.size() + 2) + " rows, equal to"));

  to_.sql().Exec("begin; set local session_replication_role = replica; " + spoil + "commit");
  const RunResult differs = to_.Londiste({"compare", "--json"});
  EXPECT_EQ(differs.status, 1) << differs.err;
  for (std::size_t i = 0; i < kValues.size(); ++i)
    EXPECT_THAT(differs.out, HasSubstr("\"id\": \"" + std::to_string(i + 1) + "\""))
        << kValues[i].type;
  EXPECT_THAT(to_.Londiste({"compare"}).out, HasSubstr(": " + last + " changed\n"));
  const RunResult repaired = to_.Londiste({"repair", "--apply"});
  EXPECT_EQ(repaired.status, 0) << repaired.err;
  EXPECT_THAT(repaired.err, HasSubstr("missed: 0 inserts, " + last + " updates, 0 deletes"));
  const RunResult again = to_.Londiste({"compare"});
  EXPECT_EQ(again.status, 0) << again.out << again.err;
}

// A virtual column is computed by whoever reads it: its values do not travel, those of a stored one
// do.
TEST_F(AcrossMajors, GeneratedColumnsAreComparedWhereTheirValuesTravel) {
  const bool is_virtual = Environment("SKYTOOLS_PROVIDER") >= "18";
  const std::string kind = is_virtual ? " virtual" : " stored";
  from_.sql().Exec(
      "create table computed (id int primary key, a int" +
      std::string(is_virtual ? ", thrice int generated always as (a * 3) virtual" : "") +
      ", twice int generated always as (a * 2)" + kind + ", four int generated always as (a * 4)" +
      kind + ")");
  to_.sql().Exec(
      "create table computed (id int primary key, a int, twice int, four int generated always as "
      "(a * 4) stored)");
  from_.sql().Exec("insert into computed (id, a) select i, i from generate_series(1, 20) i");
  ASSERT_NO_FATAL_FAILURE(from_.CreateRoot());
  from_.StartWorker();
  ASSERT_NO_FATAL_FAILURE(to_.CreateLeaf(from_));
  to_.StartWorker();
  from_.MustLondiste({"add-table", "computed"});
  to_.MustLondiste({"add-table", "computed"});
  to_.MustLondiste({"wait-sync"});
  from_.sql().Exec("update computed set a = a + 1 where id > 10");
  const RunResult equal = to_.Londiste({"compare"});
  EXPECT_EQ(equal.status, 0) << equal.out << equal.err;
  EXPECT_THAT(equal.out, HasSubstr("20 rows, equal to node root"));
  EXPECT_EQ(to_.sql().Value("select count(*) from computed where twice = a * 2"),
            is_virtual ? "0" : "20");
  to_.sql().Exec(
      "begin; set local session_replication_role = replica; update computed set a = -1 where id = "
      "1; commit");
  EXPECT_THAT(to_.Londiste({"compare"}).out, HasSubstr(": 1 changed\n  changed: id=1"));
  EXPECT_EQ(to_.Londiste({"repair", "--apply"}).status, 0);
  EXPECT_EQ(to_.Londiste({"compare"}).status, 0);
}

}  // namespace
