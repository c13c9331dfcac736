// Handler shard in an applier: which rows are applied, one by one and as a set.
#include <gmock/gmock.h>

#include "server/londiste/apply/apply_fixture.h"

namespace {

using londiste::handlers::HandlerContext;
using londiste::handlers::Onward;
using testing::HasSubstr;

class ShardTest : public ApplyTest {
 protected:
  void SetUp() override {
    ApplyTest::SetUp();
    admin().Exec("create table t (id int primary key, a text)");
  }
  // `info`: what the database says of its shard; `arguments`: more of them.
  std::unique_ptr<londiste::handlers::Handler> Make(
      const std::string& info, std::vector<londiste::handlers::HandlerArgument> arguments = {}) {
    HandlerContext context;
    context.settings.shard_info_sql = info;
    context.table = "public.t";
    arguments.push_back({"hash_key", "id"});
    auto handler = londiste::handlers::MakeHandler({"shard", std::move(arguments)}, context);
    auto session = Connect();
    pqxx::nontransaction tx(*session);
    handler->LookAtTarget(tx);
    return handler;
  }
  std::string Unusable(const std::string& info) {
    try {
      Make(info);
    } catch (const londiste::handlers::UnusableHandler& error) {
      EXPECT_THAT(error.hint(), HasSubstr("shard_info_sql"));
      return error.what();
    }
    return "";
  }
  void Row(std::string type, std::string data, std::optional<std::string> hash) {
    Event(std::move(type), std::move(data));
    if (!hash) return;
    hashes_.push_back(std::move(*hash));
    events_.back().extra3 = hashes_.back();
  }

 private:
  std::deque<std::string> hashes_;
};

constexpr const char* kOdd = "select 3 as shard_count, 1 as shard_nr, 1 as shard_mask";

TEST_F(ShardTest, AppliesItsOwnRows) {
  tables_.make_handler = [this] { return Make(kOdd); };
  Row("I:id", "id=1&a=x", "hash=1");
  Row("I:id", "id=2&a=x", "hash=2");
  Row("I", "(id,a) values (3,'x')", "hash=-1");
  Row("I:id", "id=4&a=x", "more=1&hash=-2");
  Row("I:id", "id=5&a=x", "more=1&hash=9223372036854775807");
  EXPECT_EQ(Apply().ignored, 2);
  EXPECT_EQ(Rows(), "1|x\n3|x\n5|x\n");
  admin().Exec("truncate t");
  for (int id = 1; id <= 2000; ++id)
    Row("I:id", "id=" + std::to_string(id) + "&a=y", "hash=" + std::to_string(id));
  const auto stats = Apply();
  EXPECT_EQ(stats.ignored, 1000);
  EXPECT_EQ(stats.in_sets, 1000);
  EXPECT_EQ(admin().Value("select count(*) || ' ' || sum(id) from t where a = 'y'"),
            "1000 1000000");
  Event("R", "");
  Apply();
  EXPECT_EQ(Rows(), "");
}

TEST_F(ShardTest, RefusesARowThatMightBeAnybodys) {
  tables_.make_handler = [this] { return Make(kOdd); };
  for (const std::optional<std::string>& hash :
       {std::optional<std::string>(), std::optional<std::string>(""),
        std::optional<std::string>("hash"), std::optional<std::string>("hash="),
        std::optional<std::string>("hash=1x"), std::optional<std::string>("hashes=1")}) {
    Row("I:id", "id=1&a=x", "hash=1");
    Row("I:id", "id=3&a=x", hash);
    try {
      Apply();
      FAIL() << hash.value_or("NULL");
    } catch (const base::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("does not tell to which shard its row belongs"));
      EXPECT_THAT(error.hint(), HasSubstr("remove-table"));
    }
  }
  EXPECT_EQ(Rows(), "");
}

TEST_F(ShardTest, SelectsTheSameRowsForACopyAndForOthers) {
  const auto odd = Make(kOdd);
  EXPECT_EQ(odd->Selection().condition, "(partconf.get_hash_raw(\"id\") & 1) = 1");
  londiste::handlers::TableEvent event;
  for (Onward where : {Onward::kOwnQueue, Onward::kCombinedQueue}) {
    event.event.extra3 = "hash=3";
    EXPECT_TRUE(odd->PassesOn(event, where));
    event.event.extra3 = "hash=4";
    EXPECT_FALSE(odd->PassesOn(event, where));
    event.event.extra3.reset();
    EXPECT_THROW(odd->PassesOn(event, where), base::Error);
    EXPECT_TRUE(odd->PassesOn({{}, true}, where)) << "TRUNCATE is everybody's";
  }
  const auto passive = Make(kOdd, {{"disable_replay", "1"}});
  event.event.extra3 = "hash=3";
  EXPECT_TRUE(passive->PassesOn(event, Onward::kOwnQueue));
  EXPECT_FALSE(passive->copies_rows());
  tables_.make_handler = [this] { return Make(kOdd, {{"disable_replay", "1"}}); };
  Row("I:id", "id=1&a=x", "hash=1");
  EXPECT_EQ(Apply().ignored, 1);
  EXPECT_EQ(Rows(), "");
}

TEST_F(ShardTest, NamesWhatIsWrongWithTheShard) {
  EXPECT_THAT(Unusable("select shard_nr from partconf.conf"),
              HasSubstr("relation \"partconf.conf\" does not exist"));
  EXPECT_THAT(Unusable("select 1 as shard_nr, 1 as shard_mask where false"), HasSubstr("0 rows"));
  EXPECT_THAT(Unusable("select 1 as shard_nr, 1 as shard_mask union all select 2, 3"),
              HasSubstr("2 rows"));
  for (const char* info : {"select 1 as shard_nr", "select 1 as shard_nr, null as shard_mask",
                           "select 2 as shard_nr, 1 as shard_mask"})
    EXPECT_THAT(Unusable(info), HasSubstr("could not read which shard this database is")) << info;
}

}  // namespace
