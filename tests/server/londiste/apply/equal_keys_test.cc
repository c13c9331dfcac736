// Keys that are equal and not the same: types of which equal values may be written in several ways,
// and those whose operator for equality is not in pg_catalog.
#include <gmock/gmock.h>

#include "server/londiste/apply/apply_fixture.h"

namespace {

using testing::HasSubstr;

class EqualKeysTest : public ApplyTest {
 protected:
  void SetUp() override {
    ApplyTest::SetUp();
    admin().Exec(
        "create schema ext; create extension citext schema ext; create extension ltree schema ext;"
        "create collation ext.nd (provider = icu, locale = 'und-u-ks-level2', deterministic = "
        "false);"
        "create domain ext.ci as ext.citext; create type ext.pair as (a ext.citext, b numeric)");
  }
  void Narrow(const std::string& path = "pg_catalog") {
    Reconnect();
    pg::ExecAutocommit(*connection_, "set search_path = " + path);
  }
};

struct Case {
  std::string type, before, after, another;
};

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {
      {"ext.citext", "abc", "ABC", "abd"},
      {"ext.ci", "abc", "ABC", "abd"},
      {"text collate ext.nd", "abc", "ABC", "abd"},
      {"varchar(9) collate ext.nd", "abc", "ABC", "abd"},
      {"numeric", "1.0", "1.00", "2"},
      {"float8", "0", "-0", "1"},
      {"interval", "1 day", "24:00:00", "2 days"},
      {"jsonb", R"({"a": 1.0})", R"({"a": 1.00})", R"({"a": 2})"},
      {"ext.pair", "(x,1.0)", "(X,1.00)", "(y,2)"},
      {"numeric[]", "{1.0}", "{1.00}", "{2}"},
      {"numrange", "[1.0,2)", "[1.00,2)", "[3,4)"},
      {"bpchar", "a", "a  ", "b"},
      {"ext.ltree", "a.b", "a.b", "a.c"},
  };
  return cases;
}

TEST_F(EqualKeysTest, AreStoredAsTheyAreWritten) {
  for (const Case& each : Cases()) {
    SCOPED_TRACE(each.type);
    for (const std::size_t set_rows : {2, 1000}) {
      options_.set_rows = set_rows;
      Narrow();
      admin().Exec("drop table if exists t; create table t (k " + each.type +
                   " primary key, v text)");
      const auto row = [](const std::string& k, const std::string& v) {
        return pgq::EncodeRow({{"k", k}, {"v", v}});
      };
      Event("I:k", row(each.before, "1"));
      Event("I:k", row(each.another, "1"));
      Event("U:k", row(each.after, "2"));
      Event("U:k", row(each.another, "2"));
      auto stats = Apply();
      EXPECT_EQ(stats.updated, 2);
      EXPECT_EQ(stats.missing, 0);
      EXPECT_EQ(admin().Value("select k::text || '/' || v from t where k::text <> '" +
                              each.another + "'"),
                each.type == "bpchar" ? "a/2" : each.after + "/2");
      EXPECT_EQ(admin().Value("select bool_and(v = '2') from t"), "t");
      if (each.type == "bpchar") {
        EXPECT_EQ(admin().Value("select max(octet_length(k)) from t"), "3");
      }
      Event("D:k", row(each.before, "2"));
      Event("D:k", row(each.another, "2"));
      stats = Apply();
      EXPECT_EQ(stats.deleted, 2);
      EXPECT_EQ(Rows(), "");
    }
  }
}

TEST_F(EqualKeysTest, OfATableThatIsAllKeyAndInEveryFormat) {
  admin().Exec(
      "create table t (k ext.citext, n numeric, primary key (k, n)); "
      "insert into t values ('a', 1.0), ('b', 1.0), ('c', 1.0)");
  Narrow();
  Event("U:k,n", "k=A&n=1.00");
  Event("U", "k='B' where k='b' and n='1.0'");
  Event(R"({"op":"UPDATE","table":["public","t"],"pkey":["k","n"]})", R"({"k":"C","n":"1.000"})");
  EXPECT_EQ(Apply().updated, 3);
  EXPECT_EQ(admin().Text("select * from t order by k"), "A|1.00\nB|1.0\nC|1.000\n");
}

TEST_F(EqualKeysTest, TheOperatorIsThatOfTheIndex) {
  // Texts of equal length are the same to it.
  admin().Exec(
      "create function ext.len_eq(text, text) returns bool immutable language sql as 'select "
      "length($1) = length($2)';"
      "create function ext.len_lt(text, text) returns bool immutable language sql as 'select "
      "length($1) < length($2)';"
      "create function ext.len_cmp(text, text) returns int immutable language sql as 'select "
      "length($1) - length($2)';"
      "create operator ext.<<< (leftarg = text, rightarg = text, function = ext.len_lt);"
      "create operator ext.=== (leftarg = text, rightarg = text, function = ext.len_eq);"
      "create operator class ext.by_length for type text using btree as operator 1 ext.<<<, "
      "operator 3 ext.===, function 1 ext.len_cmp(text, text);"
      "create table t (k text not null, v int); create unique index on t (k ext.by_length);"
      "insert into t values ('aa', 1), ('aaa', 1)");
  for (const std::size_t set_rows : {2, 1000}) {
    options_.set_rows = set_rows;
    Narrow();
    Event("U:k", "k=bb&v=" + std::to_string(set_rows));
    Event("U:k", "k=ccc&v=" + std::to_string(set_rows));
    EXPECT_EQ(Apply().updated, 2);
    EXPECT_EQ(Rows(),
              "bb|" + std::to_string(set_rows) + "\nccc|" + std::to_string(set_rows) + "\n");
  }
}

// What somebody puts before pg_catalog is not asked.
TEST_F(EqualKeysTest, TheOperatorIsNotLookedForOnThePath) {
  admin().Exec(
      "create function public.wrong(int, int) returns bool immutable language sql as 'select "
      "true';"
      "create operator public.= (leftarg = int, rightarg = int, function = public.wrong);"
      "create table t (id int primary key, v text); insert into t values (1, 'a'), (2, 'a'), (3, "
      "'a')");
  for (const std::size_t set_rows : {2, 1000}) {
    options_.set_rows = set_rows;
    Narrow("public, pg_catalog");
    Event("U:id", "id=1&v=b");
    Event("U:id", "id=2&v=c");
    Apply();
    EXPECT_EQ(Rows(), "1|b\n2|c\n3|a\n");
  }
}

TEST_F(EqualKeysTest, OneWriteForManyWhereOnlyTheSameIsEqual) {
  options_.set_rows = 2;
  Narrow();
  admin().Exec("create table t (k text primary key, v text)");
  for (const char* key : {"a", "A", "b"}) Event("I:k", std::string("k=") + key + "&v=1");
  EXPECT_EQ(Apply().in_sets, 3);
  EXPECT_EQ(admin().Value("select count(*) from t"), "3");
}

}  // namespace
