// Rows of every column type go out as text and come back as they were, as values and as keys.
#include <gmock/gmock.h>

#include "server/londiste/apply/apply_fixture.h"

namespace {

struct TypeCase {
  const char* type;
  std::vector<const char*> values;  // SQL expressions
  bool can_be_key = true;
};

void PrintTo(const TypeCase& type_case, std::ostream* out) { *out << type_case.type; }

class ApplyTypesTest : public ApplyTest, public testing::WithParamInterface<TypeCase> {
 protected:
  void SetUp() override {
    admin().Exec(
        "create type cor as enum ('verde', 'azul mar', 'it''s'); create schema s; create type "
        "s.\"Par\" as (a int, b text);"
        "create domain email as text check (value like '%@%'); create domain ints as int[]; create "
        "type s.faixa as range (subtype = float8);"
        "create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
    ApplyTest::SetUp();
  }

  // One event per row of `src`, with all its columns in the text form of a session of ours.
  void EventsOf(const std::string& operation) {
    const pqxx::result rows = pg::ExecAutocommit(*connection_, "select * from src order by nr");
    for (const auto& row : rows) {
      std::vector<Field> fields;
      for (const auto& field : row) {
        fields.push_back({field.name(), field.is_null()
                                            ? std::nullopt
                                            : std::optional<std::string>(field.c_str())});
      }
      Event(operation, pgq::EncodeRow(fields));
    }
  }

  std::string Content(const std::string& table) {
    return admin().Text("select nr, v::text from " + table + " order by nr");
  }
};

TEST_P(ApplyTypesTest, ValuesAndKeysComeThrough) {
  const TypeCase& type = GetParam();
  admin().Exec(std::string("create table src (nr int primary key, v ") + type.type +
               "); create table t (nr int primary key, v " + type.type + ")");
  int nr = 0;
  for (const char* value : type.values) {
    admin().Exec("insert into src values (" + std::to_string(++nr) + ", " + value + ")");
  }
  EventsOf("I:nr");
  Apply();
  EXPECT_EQ(Content("t"), Content("src"));

  admin().Exec("update t set v = null");
  EventsOf("U:nr");
  EXPECT_EQ(Apply().missing, 0);
  EXPECT_EQ(Content("t"), Content("src"));

  if (!type.can_be_key) return;
  EventsOf("U:nr,v");
  EventsOf("D:v");
  Apply();
  EXPECT_EQ(Content("t"), "");
}

INSTANTIATE_TEST_SUITE_P(
    Types, ApplyTypesTest,
    testing::Values(
        TypeCase{"bool", {"true", "false", "null"}}, TypeCase{"int2", {"-32768", "32767"}},
        TypeCase{"int4", {"-2147483648"}}, TypeCase{"int8", {"9223372036854775807"}},
        TypeCase{"numeric", {"'NaN'", "'-Infinity'", "1e-30", "123456789012345678901234567890.5"}},
        TypeCase{"numeric(8,2)", {"123456.78"}},
        TypeCase{"float4", {"'NaN'", "'Infinity'", "1.1", "1e-37"}},
        TypeCase{"float8", {"'-Infinity'", "0.1 + 0.2", "1e308", "5e-324"}},
        TypeCase{"money", {"'-1234.56'", "'0.01'"}},
        TypeCase{"text",
                 {"''", "'tab' || chr(9) || chr(10) || chr(13)", "E'\\\\N \\\\ '' \" & + % ='",
                  "'São 日本 😀'", "repeat('x', 60000)", "null"}},
        TypeCase{"varchar(5)", {"'abc'", "'a  '"}}, TypeCase{"char(5)", {"'ab'", "''"}},
        TypeCase{"\"char\"", {"'x'", "''"}}, TypeCase{"name", {"'abc'"}},
        TypeCase{"bytea",
                 {"''", "'\\x00ff10'",
                  "(select string_agg(decode(lpad(to_hex(i), 2, '0'), 'hex'), '') from "
                  "generate_series(0, 255) i)"}},
        TypeCase{"date", {"'2024-02-29'", "'infinity'", "'0044-03-15 BC'"}},
        TypeCase{"time", {"'23:59:59.999999'", "'24:00'"}}, TypeCase{"timetz", {"'12:00+05:30'"}},
        TypeCase{"timestamp", {"'2024-01-01 00:00:00.000001'", "'-infinity'"}},
        TypeCase{"timestamptz", {"'2024-07-01 12:00+03'", "'infinity'"}},
        TypeCase{"interval", {"'1 year -2 months 3 days -04:05:06.789'", "'0'"}},
        TypeCase{"uuid", {"'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"}},
        TypeCase{"inet", {"'192.168.0.1/24'", "'::1'"}}, TypeCase{"cidr", {"'10.0.0.0/8'"}},
        TypeCase{"macaddr", {"'08:00:2b:01:02:03'"}},
        TypeCase{"macaddr8", {"'08:00:2b:01:02:03:04:05'"}}, TypeCase{"bit(5)", {"B'10101'"}},
        TypeCase{"varbit(8)", {"B'101'", "B''"}},
        TypeCase{"json", {"'{\"a\": [1, null, \"x\\u00e7\"]}'", "'null'", "' 1 '"}},
        TypeCase{"jsonb", {"'{\"b\":1,\"a\":{}}'", "'null'"}},
        TypeCase{"jsonpath", {"'$.a[*] ? (@ > 1)'"}},
        TypeCase{"xml",
                 {"'<a b=\"c\">d</a>'", "'just text'",
                  "'<?xml version=\"1.0\" standalone=\"yes\"?><a/>'"}}));

INSTANTIATE_TEST_SUITE_P(
    MoreTypes, ApplyTypesTest,
    testing::Values(
        TypeCase{"point", {"'(1.5,-2)'"}}, TypeCase{"line", {"'{1,2,3}'"}},
        TypeCase{"lseg", {"'[(0,0),(1,1)]'"}}, TypeCase{"box", {"'(1,1),(0,0)'"}},
        TypeCase{"path", {"'[(0,0),(1,1)]'", "'((0,0),(1,1))'"}},
        TypeCase{"polygon", {"'((0,0),(1,1),(2,0))'"}}, TypeCase{"circle", {"'<(0,0),1.5>'"}},
        TypeCase{"tsvector", {"to_tsvector('simple', 'it''s a cat')"}},
        TypeCase{"tsquery", {"'a & !b | c:*'"}},
        TypeCase{"int4range", {"'[1,5)'", "'empty'", "'(,)'"}},
        TypeCase{"tstzrange", {"'[2024-01-01 00:00+00,infinity)'"}},
        TypeCase{"int4multirange", {"'{[1,3),[5,9)}'", "'{}'"}},
        TypeCase{"s.faixa", {"'[1.5,2.5)'"}}, TypeCase{"oid", {"4294967295"}},
        TypeCase{"regclass", {"'pg_catalog.pg_class'"}}, TypeCase{"pg_lsn", {"'16/B374D848'"}},
        TypeCase{"txid_snapshot", {"'10:20:10,14,15'"}}, TypeCase{"xid8", {"'42'"}},
        TypeCase{"pg_snapshot", {"'10:20:10,14,15'"}}, TypeCase{"tid", {"'(0,1)'"}},
        TypeCase{"int[]", {"'{}'", "'{1,NULL,3}'", "'{{1,2},{3,4}}'", "'[0:1]={1,2}'"}},
        TypeCase{"text[]",
                 {"array['', 'a,b', 'it''s', E'back\\\\slash \"q\"', null, 'NULL', '{}']"}},
        TypeCase{"bytea[]", {"array['\\x00'::bytea, null]"}},
        TypeCase{"json[]", {"array['{\"a\":1}']::json[]"}, false},
        TypeCase{"cor", {"'verde'", "'azul mar'", "'it''s'"}},
        TypeCase{"cor[]", {"'{verde,\"azul mar\"}'"}},
        TypeCase{"s.\"Par\"", {"row(1, 'x,\"y\" (z) \\')", "row(null, '')"}},
        TypeCase{"s.\"Par\"[]", {"array[row(1, 'x')::s.\"Par\"]"}},
        TypeCase{"email", {"'joe@example.org'"}}, TypeCase{"ints", {"'{1,2}'"}},
        TypeCase{"text collate \"ci\"", {"'Straße'"}},
        TypeCase{"interval day to second(2)", {"'3 days 04:05:06.78'"}},
        TypeCase{"timestamp(0)", {"'2024-01-01 00:00:01'"}}));

}  // namespace
