// Handler dispatch in an applier: which rows go where, and the tables that are made for them.
#include <gmock/gmock.h>

#include "server/londiste/apply/apply_fixture.h"

namespace {

using londiste::handlers::HandlerContext;
using londiste::handlers::HandlerText;
using londiste::handlers::MakeHandler;
using testing::HasSubstr;

class DispatchTest : public ApplyTest {
 protected:
  DispatchTest() {
    database_ += "_schemas";
    Server().CreateDatabaseWithSchemas(database_);
    sql_ = std::make_unique<test_support::Sql>(Server().Connstr(database_));
  }
  void SetUp() override {
    ApplyTest::SetUp();
    sql_->Exec("create table t (id int primary key, a text, at timestamp)");
  }
  // `text` as a table's attribute has it.
  void Handler(const std::string& text) {
    HandlerContext context;
    context.table = "public.t";
    context.dest = {"public", "t"};
    tables_.make_handler = [this, text, context] {
      auto handler = MakeHandler(HandlerText::Parse(text), context);
      auto session = Connect();
      pqxx::nontransaction tx(*session);
      handler->LookAtTarget(tx);
      return handler;
    };
    tables_.Forget();
  }
  void Row(const std::string& type, const std::string& data,
           const std::string& time = "2020-03-04 05:06:07.8+00") {
    times_.push_back(time);
    Event(type, data);
    events_.back().time = times_.back();
  }
  // Each table below t, with its rows.
  std::string Parts() {
    std::string all;
    for (const auto& row :
         sql_->Exec("select c.relname from pg_inherits i join pg_class c on c.oid "
                    "= i.inhrelid order by 1"))
      all += *row[0] + ": " +
             sql_->Value(
                 "select coalesce(string_agg(id || coalesce(a, ''), ' ' order by id), '') "
                 "from only " +
                 *row[0]) +
             "\n";
    return all;
  }
  std::string Fails() {
    try {
      Apply();
    } catch (const base::Error& error) {
      return error.what();
    }
    return "applied";
  }
  std::unique_ptr<test_support::Sql> sql_;
  std::deque<std::string> times_;
};

TEST_F(DispatchTest, EachPeriodHasATable) {
  const std::pair<const char*, const char*> expected[] = {{"yearly_event", "t_2020"},
                                                          {"monthly_event", "t_2020_03"},
                                                          {"daily_event", "t_2020_03_04"},
                                                          {"bulk_hourly_event", "t_2020_03_04_05"}};
  for (const auto& [variant, table] : expected) {
    Handler(variant);
    Row("I:id", "id=1&a=x&at");
    Apply();
    EXPECT_EQ(Parts(), std::string(table) + ": 1x\n") << variant;
    sql_->Exec("drop table " + std::string(table));
  }
  Handler("daily_field(part_field=at)");
  Row("I:id", "id=1&a=x&at=2021-12-31+23:59:59.9");
  Row("I:id", "id=2&a=x&at=2022-01-01");
  Apply();
  EXPECT_EQ(Parts(), "t_2021_12_31: 1x\nt_2022_01_01: 2x\n");
  EXPECT_THAT(sql_->Error("insert into t_2022_01_01 values (9, '', '2022-01-02')"),
              HasSubstr("violates check constraint"));
  Row("I:id", "id=3&a=x&at");
  EXPECT_THAT(Fails(), HasSubstr("column at, argument part_field, is NULL"));
  Row("I:id", "id=3&a=x&at=infinity");
  EXPECT_THAT(Fails(), HasSubstr("\"infinity\" is no time"));
  Row("R", "");
  Apply();
  EXPECT_EQ(Parts(), "t_2021_12_31: \nt_2022_01_01: \n");
}

TEST_F(DispatchTest, RowModes) {
  const auto changes = [&] {
    Row("I:id", "id=1&a=a&at");
    Row("I:id", "id=2&a=a&at");
    Row("U:id", "id=1&a=b&at");
    Row("D:id", "id=2");
    // In the next period: its row is in the old table.
    Row("U:id", "id=1&a=c&at", "2020-03-05 00:00:00+00");
    Row("D:id", "id=7", "2020-03-05 00:00:00+00");
    Apply();
    const std::string parts = Parts();
    sql_->Exec("drop table if exists t_2020_03_04, t_2020_03_05");
    return parts;
  };
  Handler("daily_event");
  EXPECT_EQ(changes(), "t_2020_03_04: 1b\nt_2020_03_05: 1c\n");
  EXPECT_TRUE(applier_->missing().empty());
  Handler("bulk_daily_event");
  EXPECT_EQ(changes(), "t_2020_03_04: 1b\nt_2020_03_05: 1c\n");
  Handler("daily_event(row_mode=plain)");
  EXPECT_EQ(changes(), "t_2020_03_04: 1b\nt_2020_03_05: \n");
  EXPECT_EQ(applier_->missing().at("public.t").updates, 1);
  Handler("daily_event(event_types=I)");
  EXPECT_EQ(changes(), "t_2020_03_04: 1a 2a\n");
  sql_->Exec("alter table t drop constraint t_pkey");
  Handler("daily_event(row_mode=keep_all)");
  EXPECT_EQ(changes(), "t_2020_03_04: 1a 1b 2a\nt_2020_03_05: 1c\n");
}

TEST_F(DispatchTest, NewKeys) {
  const auto changes = [&] {
    Row("I:id", "id=1&a=a&at");
    Row("I:id", "id=2&a=b&at");
    Row("U", "id='3',a='it''s',at=NULL where id='1'");
    Row("U", "\"id\"='1',a='c',at=NULL where id='2'");
    // In the next period: its row is in the old table.
    Row("U", "id='4',a='d',at=NULL where id='3'", "2020-03-05 00:00:00+00");
    Apply();
    const std::string parts = Parts();
    sql_->Exec("drop table if exists t_2020_03_04, t_2020_03_05");
    return parts;
  };
  for (const char* latest : {"daily_event", "bulk_daily_event", "bulk_daily_event(method=2)"}) {
    Handler(latest);
    EXPECT_EQ(changes(), "t_2020_03_04: 1c 3it's\nt_2020_03_05: 4d\n") << latest;
    EXPECT_TRUE(applier_->missing().empty());
  }
  for (const char* plain : {"daily_event(row_mode=plain)", "bulk_daily_event(row_mode=plain)"}) {
    Handler(plain);
    EXPECT_EQ(changes(), "t_2020_03_04: 1c 3it's\nt_2020_03_05: \n") << plain;
    EXPECT_EQ(applier_->missing().at("public.t").updates, 1);
  }
  Handler("bulk_daily_event(row_mode=plain&method=1)");
  EXPECT_EQ(changes(), "t_2020_03_04: 1c 3it's\nt_2020_03_05: 4d\n");
  Handler("daily_event(event_types=I)");
  EXPECT_EQ(changes(), "t_2020_03_04: 1a 2b\n");
  Handler("bulk_daily_event(method=3)");
  Row("U", "id='2',a='x',at=NULL where id='1'");
  EXPECT_THAT(Fails(), HasSubstr("U not supported by method insert"));
  // Of a trigger in SQL, which names what has changed only.
  Handler("daily_event");
  Row("U", "a='x' where id='1'");
  EXPECT_THAT(Fails(), HasSubstr("handler dispatch cannot read event"));
  sql_->Exec("alter table t drop constraint t_pkey");
  Handler("daily_event(row_mode=keep_all)");
  EXPECT_EQ(changes(), "t_2020_03_04: 1a 1c 2b 3it's\nt_2020_03_05: 4d\n");
}

TEST_F(DispatchTest, ANewKeyMovesARowWhoseTimeIsInTheKey) {
  sql_->Exec("alter table t drop constraint t_pkey, add primary key (id, at)");
  for (const char* handler :
       {"daily_field(part_field=at)", "daily_field(part_field=at&row_mode=plain)",
        "bulk_daily_field(part_field=at&method=2)"}) {
    Handler(handler);
    Row("I:id,at", "id=1&a=a&at=2020-03-04+01:00:00");
    Row("I:id,at", "id=2&a=b&at=2020-03-04+02:00:00");
    Row("U", "id='1',a='c',at='2020-03-05 00:00:00' where id='1' and at='2020-03-04 01:00:00'");
    Row("U", "id='2',a='d',at='2020-03-04 03:00:00' where id='2' and at='2020-03-04 02:00:00'");
    Apply();
    EXPECT_EQ(Parts(), "t_2020_03_04: 2d\nt_2020_03_05: 1c\n") << handler;
    EXPECT_TRUE(applier_->missing().empty());
    sql_->Exec("drop table t_2020_03_04, t_2020_03_05");
  }
}

TEST_F(DispatchTest, ColumnsAreLeftOutAndRenamed) {
  Handler(
      "direct(fields="
      "nr:id%2ctext:a)");
  Row("I:nr", "nr=1&text=x%26y&other=1");
  Row("U:nr", "nr=1&text=z&other=2");
  Apply();
  EXPECT_EQ(sql_->Text("table t"), "1|z|\\N\n");
  Row("U", "nr='5',text='y',other='2' where nr='1'");
  Apply();
  EXPECT_EQ(sql_->Text("table t"), "5|y|\\N\n");
  Handler("direct(row_mode=plain&fields=nr:id%2ctext:a)");
  Row("U", "nr='1',text='z',other='2' where nr='5'");
  Apply();
  EXPECT_EQ(sql_->Text("table t"), "1|z|\\N\n");
  Handler("direct(skip_fields=other%2c+at)");
  Row("I:id", "id=2&a=y&other=1&at=2020-01-01");
  Apply();
  EXPECT_EQ(sql_->Text("select * from t where id = 2"), "2|y|\\N\n");
  const auto selection =
      MakeHandler(HandlerText::Parse("direct(fields=nr:id%2ctext:a)"))->Selection();
  EXPECT_EQ(selection.target_column("nr"), "id");
  EXPECT_EQ(selection.target_column("id"), std::nullopt);
}

TEST_F(DispatchTest, MethodsOfBulkLoads) {
  sql_->Exec("insert into t values (1, 'old')");
  Handler("bulk_direct(method=2&row_mode=plain)");
  Row("I:id", "id=1&a=new&at");
  for (int id = 2; id <= 1000; ++id) Row("I:id", "id=" + std::to_string(id) + "&a=new&at");
  const auto stats = Apply();
  EXPECT_EQ(stats.in_sets, 2000);
  EXPECT_EQ(sql_->Value("select count(*) from t where a = 'new'"), "1000");
  Handler("bulk_direct(method=3&row_mode=plain)");
  Row("I:id", "id=1001&a=new&at");
  Apply();
  Row("D:id", "id=1001");
  EXPECT_THAT(Fails(), HasSubstr("D not supported by method insert"));
  Row("I:", "id=1002&a=new&at");
  EXPECT_THAT(Fails(), HasSubstr("non-pk tables not supported: public.t"));
  Row("I", "(id) values ('5')");
  EXPECT_THAT(Fails(), HasSubstr("handler dispatch cannot read event"));
}

TEST_F(DispatchTest, TablesAreMadeAsTold) {
  sql_->Exec("create table made (what text)");
  Handler(
      "dispatch(part_mode=event_time&period=month&part_name=%25(parent)s_of_%25(year)s&"
      "pre_part=insert+into+made+values('%25(period)s+%25(pkeys)s')&part_template="
      "create+table+%25(part)s+(primary+key(%25(pkeys)s))+inherits+(%25(parent)s)&"
      "post_part=insert+into+made+values('%25(schema_table)s+%25(part_time)s')&analyze=1)");
  Row("I:id", "id=1&a=x&at");
  Apply();
  EXPECT_EQ(Parts(), "t_of_2020: 1x\n");
  EXPECT_EQ(sql_->Text("table made"), "month id\npublic__t_of_2020 2020-03-04 05:06:07\n");
  EXPECT_EQ(sql_->Value("select reltuples from pg_class where relname = 't_of_2020'"), "1");
  for (const std::string text :
       {"dispatch(part_template=%25(nix)s)", "dispatch(part_func=nix.nix)",
        "dispatch(retention_period=gestern)", "dispatch(part_name=%25(nix)s)", "daily_field",
        "dispatch(ignore_old_events=1)"}) {
    Handler(text);
    EXPECT_THROW(tables_.make_handler(), londiste::handlers::UnusableHandler) << text;
  }
}

TEST_F(DispatchTest, OldTablesGoAndATableIsMadeWithItsBatchOrNotAtAll) {
  Handler("daily_event(retention_period=2+days)");
  Row("I:id", "id=1&a=x&at", "2020-01-01 00:00:00+00");
  Apply();
  EXPECT_EQ(Parts(), "t_2020_01_01: 1x\n");
  Row("I:id", "id=2&a=x&at", "2100-01-01 00:00:00+00");
  Row("I:id", "id=3&a=x&at", "2020-01-01 00:00:00+00");
  Apply();
  EXPECT_EQ(Parts(), "t_2020_01_01: 3x\nt_2100_01_01: 2x\n")
      << "dropped, and made again for a row that came later";
  Handler("daily_event(retention_period=2+days&ignore_old_events=1)");
  Row("I:id", "id=4&a=x&at", "2020-01-01 00:00:00+00");
  EXPECT_EQ(Apply().ignored, 1);
  Row("I:id", "id=5&a=x&at", "2100-01-02 00:00:00+00");
  Row("I:id", "id=2&a=x&at", "2100-01-01 00:00:00+00");
  EXPECT_THAT(Fails(), HasSubstr("duplicate key"));
  EXPECT_EQ(sql_->Value("select to_regclass('t_2100_01_02')"), "(null)");
  EXPECT_THAT(Parts(), HasSubstr("t_2020_01_01: 3x")) << "nothing was dropped either";
  Row("I:id", "id=5&a=x&at", "2100-01-02 00:00:00+00");
  Apply();
  EXPECT_EQ(Parts(), "t_2100_01_01: 2x\nt_2100_01_02: 5x\n");
}

}  // namespace
