// Handlers applyfn and multimaster in an applier: what the function gets, and when.
#include <gmock/gmock.h>

#include "server/londiste/apply/apply_fixture.h"

namespace {

using londiste::handlers::MakeHandler;
using testing::HasSubstr;

class FunctionHandlersTest : public ApplyTest {
 protected:
  void SetUp() override {
    ApplyTest::SetUp();
    admin().Exec(
        "create table t (id int primary key, a text); create table u (id int primary key);"
        "create table calls (conf text, tick bigint, id bigint, at timestamptz, txid bigint, retry "
        "int, type text, data text, e1 text, e2 text, e3 text, e4 text, others bigint);"
        "create function note(text, bigint, bigint, timestamptz, bigint, int, text, text, text, "
        "text, text, text) returns text language sql as $$ insert into calls values ($1, $2, $3, "
        "$4, $5, $6, $7, $8, $9, $10, $11, $12, (select count(*) from u)) returning 'x' $$;"
        "create function fail_at_2(text, text, text, text, text, text, text, text, text, text, "
        "text, text) returns int language sql as $$ select 1 / (case when $8 like 'id=2%' then 0 "
        "else 1 end) $$");
    UseFunction("note");
  }
  // For table t only.
  void UseFunction(const std::string& name) {
    tables_.make_handler = [this, name] {
      londiste::handlers::HandlerText text{"londiste"};
      if (made_++ == 0) {
        text.name = "applyfn";
        text.arguments.push_back({"func_name", name});
        text.arguments.push_back({"func_conf", "a=1"});
      }
      return MakeHandler(text);
    };
  }
  void Row(std::string type, std::string data, std::string table = "public.t") {
    Event(std::move(type), std::move(data), std::move(table));
    events_.back().time = "2020-01-02 03:04:05.678+00";
    events_.back().txid = pgq::Txid(77);
  }
  int made_ = 0;
};

TEST_F(FunctionHandlersTest, TheFunctionGetsEachEventInItsPlace) {
  Row("I:id", "id=1&a=it's%5c");
  events_.back().extra2 = "back\\slash";
  Row("I:id", "id=5", "public.u");
  Row("D:id", "id=1");
  Row("I:id", "id=6", "public.u");
  Row("R", "");
  const auto stats = Apply();
  EXPECT_EQ(stats.ignored, 0);
  EXPECT_EQ(stats.inserted, 2);
  EXPECT_EQ(admin().Text("select conf, tick, id, at at time zone 'UTC', txid, retry, type, data, "
                         "e1, e2, others from calls order by id"),
            "a=1|0|101|2020-01-02 03:04:05.678|77|\\N|I:id|id=1&a=it's%5c|public.t|back\\slash|0\n"
            "a=1|0|103|2020-01-02 03:04:05.678|77|\\N|D:id|id=1|public.t|\\N|1\n"
            "a=1|0|105|2020-01-02 03:04:05.678|77|\\N|R||public.t|\\N|2\n");
  EXPECT_EQ(Rows(), "");
}

TEST_F(FunctionHandlersTest, ManyCallsBetweenManyRows) {
  for (int id = 1; id <= 3000; ++id) {
    Row("I:id", "id=" + std::to_string(id));
    if (id % 1000 < 500) Row("I:id", "id=" + std::to_string(id), "public.u");
  }
  Apply();
  EXPECT_EQ(admin().Value("select count(*) from calls"), "3000");
  EXPECT_EQ(admin().Value("select count(*) from u"), "1500");
  EXPECT_EQ(admin().Value("select others from calls where data = 'id=2000'"), "999");
}

TEST_F(FunctionHandlersTest, AnErrorNamesItsEvent) {
  UseFunction("public.fail_at_2");
  Row("I:id", "id=1");
  Row("I:id", "id=2");
  Row("I:id", "id=3");
  EXPECT_THAT(ApplyFails(), HasSubstr("could not apply event 102 (I) to table \"public.t\""));
  EXPECT_EQ(sqlstate_, "22012");
  Row("I:id", "id=3");
  EXPECT_EQ(Apply().events, 1) << "the next batch begins anew";
}

TEST_F(FunctionHandlersTest, TheFunctionMustBeThere) {
  pqxx::nontransaction tx(*connection_);
  const auto look = [&](const std::string& function) {
    MakeHandler({"applyfn", {{"func_name", function}}})->LookAtTarget(tx);
  };
  EXPECT_NO_THROW(look("public.note"));
  for (const char* function : {"nix", "x.note", "lower"})
    EXPECT_THROW(look(function), londiste::handlers::UnusableHandler) << function;
  EXPECT_THROW(MakeHandler({"applyfn"}), londiste::handlers::UnusableHandler);
  EXPECT_THROW(MakeHandler({"multimaster"}), londiste::handlers::UnusableHandler);
}

}  // namespace
