// What speaks against a change of the root is said before anything is changed.
#include "e2e/takeover/takeover_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Sql;

class TakeoverRefusals : public TakeoverStory {
 protected:
  void ExpectRefused(const std::string& at, const std::vector<std::string>& words,
                     const std::string& reason) {
    const auto result = node(at).Londiste(words);
    EXPECT_EQ(result.status, 1) << result.err;
    EXPECT_NE(result.err.find(reason), std::string::npos) << result.err;
    EXPECT_EQ(Type("node1"), "root");
    ExpectAllFollow(*root_);
  }
};

TEST_F(TakeoverRefusals, ANewRootThatLacksSomethingIsRefused) {
  StartCascade();
  root_->sql().Exec("create table u (id int primary key); create sequence z");
  root_->MustLondiste({"add-table", "u"});
  root_->MustLondiste({"add-seq", "z"});
  ExpectAllFollow(*root_);
  ExpectRefused("node2", {"takeover", "node1"},
                "tables of the queue are not on the new root: public.u");
  ExpectRefused("node2", {"takeover", "node1"},
                "sequences of the queue are not on the new root: public.z");
  ExpectRefused("node4", {"switchover", "node4"}, "is a leaf: only a branch can become the root");
  ExpectRefused("node2", {"takeover", "node2"}, "cannot take over itself");
  ExpectRefused("node2", {"takeover", "nodex"}, "Node 'nodex' not found");
  node("node2").MustLondiste({"pause"});
  const auto paused = node("node3").Londiste({"switchover", "node2", "--force"});
  EXPECT_EQ(paused.status, 1);
  EXPECT_NE(paused.err.find("worker \"node2_worker\" of node node2 is paused"), std::string::npos)
      << paused.err;
  node("node2").MustLondiste({"resume"});
  node("node2").MustLondiste({"takeover", "node1", "--force"});
  EXPECT_EQ(Type("node2"), "root");
  ExpectAllFollow(node("node2"));
  ExpectAtRest();
}

TEST_F(TakeoverRefusals, ANodeThatIsLateOrSilentIsNamed) {
  StartCascade();
  node("node3").StopWorker();
  InsertOn(*root_, 900, 900);
  EXPECT_TRUE(Eventually(60s, "the tick is old", [&] {
    return root_->sql().Value(
               "select max(tick_time) < now() - interval '2 seconds' from pgq.tick "
               "where tick_id = (select min(tick_id) from pgq.tick where tick_event_seq >= "
               "(select max(ev_id) from pgq.event_template))") == "t";
  }));
  const auto late = node("node2").Londiste({"switchover", "node2", "--max-lag=1"});
  EXPECT_EQ(late.status, 1);
  EXPECT_NE(late.err.find("node node3 is "), std::string::npos) << late.err;
  EXPECT_NE(late.err.find(" s behind"), std::string::npos) << late.err;
  node("node3").StartWorker();
  node("node4").StopWorker();
  node("node4").DropSession();
  subscriber_.DropDatabase("db_node4");
  const auto silent = node("node2").Londiste({"switchover", "node2"});
  EXPECT_EQ(silent.status, 1);
  EXPECT_NE(silent.err.find("node node4 does not answer: "), std::string::npos) << silent.err;
  EXPECT_NE(silent.err.find("--dead=node4"), std::string::npos) << silent.err;
  node("node2").MustLondiste({"switchover", "node2", "--dead=node4"});
  EXPECT_EQ(Type("node2"), "root");
}

TEST_F(TakeoverRefusals, ATransactionThatStaysOpenIsNamed) {
  StartCascade();
  Sql writer(root_->connstr());
  writer.Exec("begin; insert into t values (901, 'open')");
  // Younger than the limit: it is waited for, and everything is put back.
  auto result = node("node2").Londiste({"takeover", "node1", "--set", "lock_timeout=3"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(
      result.err.find("transactions that have written on node node1 did not end within 3.0 s"),
      std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("Everything was put back"), std::string::npos) << result.err;
  root_->sql().Exec("insert into t values (902, 'writers go on')");
  // Older: nobody has to wait to find out.
  result = node("node2").Londiste({"takeover", "node1", "--set", "lock_timeout=1"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("a transaction that has written is open on node node1: pid "),
            std::string::npos)
      << result.err;
  writer.Exec("commit");
  node("node2").MustLondiste({"takeover", "node1"});
  ExpectAllFollow(node("node2"));
  EXPECT_EQ(node("node2").sql().Value("select count(*) from t where id in (901, 902)"), "2");
}

TEST_F(TakeoverRefusals, WritersAreToldWhereToGo) {
  StartCascade();
  node("node2").MustLondiste({"takeover", "node1"});
  std::string error;
  try {
    root_->sql().Exec("insert into t values (903, 'here?')");
  } catch (const std::exception& refused) {
    error = refused.what();
  }
  EXPECT_NE(error.find("Insert into queue disallowed"), std::string::npos) << error;
  EXPECT_NE(
      error.find("Node \"node1\" is a branch of queue \"q_teste_replica\": change the rows on "
                 "the root, from where they come here. It reads from node \"node2\", host=" +
                 subscriber_.socket_dir() + " port="),
      std::string::npos)
      << error;
  EXPECT_EQ(error.find("user="), std::string::npos) << error;
}

}  // namespace
}  // namespace e2e
