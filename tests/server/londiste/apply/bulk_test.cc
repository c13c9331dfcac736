// Handler bulk in an applier: its methods, one by one and as a set.
#include <gmock/gmock.h>

#include "server/londiste/apply/apply_fixture.h"

namespace {

using testing::HasSubstr;

class BulkTest : public ApplyTest {
 protected:
  void SetUp() override {
    ApplyTest::SetUp();
    admin().Exec("create table t (id int primary key, a text, b text)");
  }
  void Method(const std::string& method) {
    tables_.make_handler = [method] {
      londiste::handlers::HandlerText text{"bulk"};
      text.arguments.push_back({"method", method});
      londiste::handlers::HandlerContext context;
      context.table = "public.t";
      context.dest = {"public", "t"};
      return londiste::handlers::MakeHandler(text, context);
    };
    tables_.Forget();
  }
  void Rows(const std::string& type, int from, int to, const std::string& rest) {
    for (int id = from; id <= to; ++id) Event(type, "id=" + std::to_string(id) + rest);
  }
  std::string Counts() {
    return admin().Text("select a, b, count(*), min(id), max(id) from t group by 1, 2 order by 1");
  }
};

// Rows 1 to 10 are here, and not row 11. Each batch once a few rows, once many.
TEST_F(BulkTest, MethodsDifferInRowsThatAreOrAreNotHere) {
  for (const int many : {0, 2000}) {
    const int last = 10 + many;
    const auto reset = [&] {
      admin().Exec("truncate t; insert into t select i, 'old', 'kept' from generate_series(1, " +
                   std::to_string(last) + ") i");
      warnings_.clear();
    };
    const std::string n = std::to_string(last), more = std::to_string(last + 1);
    Method("0");
    reset();
    Rows("U:id", 1, last + 1, "&a=new&b");
    Apply();
    EXPECT_EQ(Counts(), "new|\\N|" + n + "|1|" + n + "\n");
    EXPECT_EQ(applier_->missing().size(), 1u);
    Event("I:id", "id=1&a=again&b");
    EXPECT_THAT(ApplyFails(), HasSubstr("duplicate key"));

    Method("1");
    reset();
    Rows("U:id", 1, last + 1, "&a=new&b");
    Apply();
    EXPECT_EQ(Counts(), "new|\\N|" + more + "|1|" + more + "\n");
    EXPECT_EQ(applier_->missing().at("public.t").deletes, 1) << "told";
    Event("I:id", "id=1&a=again&b");
    EXPECT_THAT(ApplyFails(), HasSubstr("duplicate key"));

    Method("2");
    reset();
    Rows("I:id", 1, last + 1, "&a=new&b=");
    const auto stats = Apply();
    EXPECT_EQ(Counts(), "new||" + more + "|1|" + more + "\n");
    EXPECT_TRUE(applier_->missing().empty()) << "as expected";
    EXPECT_EQ(stats.inserted, last + 1);
    EXPECT_EQ(stats.deleted, 0);
    EXPECT_EQ(stats.in_sets > 0, many > 0);
    EXPECT_EQ(stats.sets_undone, 0);
  }
}

TEST_F(BulkTest, FoldsWhatComesToARow) {
  Method("2");
  admin().Exec("insert into t values (1, 'old', ''), (3, 'old', '')");
  for (int id = 1; id <= 1000; ++id) {
    const std::string key = "id=" + std::to_string(id);
    Event("I:id", key + "&a=one&b=");
    Event("U:id", key + "&a=two&b=");
    if (id % 2 == 0) Event("D:id", key);
    if (id % 4 == 0) Event("I:id", key + "&a=three&b=");
  }
  EXPECT_GT(Apply().in_sets, 0);
  EXPECT_EQ(Counts(), "three||250|4|1000\ntwo||500|1|999\n");
  EXPECT_TRUE(applier_->missing().empty());
}

TEST_F(BulkTest, FollowsARowUnderANewKey) {
  for (const char* method : {"0", "1", "2"}) {
    Method(method);
    admin().Exec("truncate t; insert into t values (1, 'old', 'kept')");
    Event("U", "id='2',a='new',b=NULL where id='1'");
    Event("U:id", "id=2&a=newer&b");
    Apply();
    EXPECT_EQ(Counts(), "newer|\\N|1|2|2\n") << method;
    EXPECT_TRUE(applier_->missing().empty());
  }
}

TEST_F(BulkTest, ReadsUrlencodedEventsOnly) {
  Method("0");
  for (const auto& [type, data] :
       {std::pair("I", "(id) values ('1')"),
        std::pair(R"({"op":"INSERT","table":["public","t"],"pkey":["id"]})", R"({"id":1})")}) {
    Event(type, data);
    try {
      Apply();
      FAIL() << type;
    } catch (const base::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("handler bulk cannot read event"));
    }
  }
  Event("R", "");
  EXPECT_EQ(Apply().truncated, 1);
}

}  // namespace
