// What lies between the worker and its servers hangs, with every connection open.
#include <gmock/gmock.h>

#include "e2e/worker_fixture.h"
#include "support/relay.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Relay;
using testing::HasSubstr;

class WorkerHung : public WorkerStory {
 protected:
  void SetUp() override {
    StartRoot();
    leaf_ = AddLeaf();
    EXPECT_EQ(leaf_->StopWorker(), 0);
  }
  // From now on the worker reaches its own database through the relay.
  void GoThrough(const Relay& relay) {
    std::string ini = test_support::ReadWholeFile(leaf_->ini());
    const std::string direct = subscriber_.Connstr("db_node2");
    const auto at = ini.find(direct);
    ASSERT_NE(at, std::string::npos);
    ini.replace(at, direct.size(), relay.Connstr("db_node2") + " connect_timeout=1");
    dir_.Write("node2.ini", ini + "server_alive_timeout = 0.5\nexception_sleep = 1\n");
  }
  testing::AssertionResult Logs(const std::string& text) {
    return Eventually(60s, text, [&] { return leaf_->Log().find(text) != std::string::npos; });
  }

  std::unique_ptr<test_support::Node> leaf_;
};

TEST_F(WorkerHung, ItSaysSoAndGoesOnWhenItIsOver) {
  Relay relay(subscriber_);
  GoThrough(relay);
  leaf_->StartWorker();
  Insert(1, 3);
  EXPECT_TRUE(BecomesEqual(*leaf_));
  relay.Freeze();
  Insert(4, 6);
  EXPECT_TRUE(Logs("no answer from \"host="));
  EXPECT_TRUE(Logs("the connection is given up"));
  EXPECT_TRUE(Logs("could not connect"));
  relay.Thaw();
  EXPECT_TRUE(BecomesEqual(*leaf_));
  EXPECT_TRUE(AppliedOnce(*leaf_, 1, 6));
  // Whatever was open then is lost for good; new connections are not.
  relay.FreezeOpenOnes();
  Insert(7, 9);
  EXPECT_TRUE(BecomesEqual(*leaf_));
  EXPECT_TRUE(AppliedOnce(*leaf_, 1, 9));
  EXPECT_EQ(leaf_->StopWorker(), 0);
}

TEST_F(WorkerHung, ASilentFirstHostIsPassedOver) {
  Relay silent(subscriber_);
  silent.Freeze();
  std::string ini = test_support::ReadWholeFile(leaf_->ini());
  const std::string direct = "host=" + subscriber_.socket_dir() + " port=5432";
  ini.replace(ini.find(direct), direct.size(),
              "host=" + silent.socket_dir() + "," + subscriber_.socket_dir() +
                  " port=" + Relay::kPort + ",5432 connect_timeout=1");
  dir_.Write("node2.ini", ini);
  leaf_->StartWorker();
  Insert(1, 3);
  EXPECT_TRUE(BecomesEqual(*leaf_));
  leaf_->MustLondiste({"tables"});
}

}  // namespace
}  // namespace e2e
