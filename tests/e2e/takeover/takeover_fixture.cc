#include "e2e/takeover/takeover_fixture.h"

namespace e2e {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::EventuallyEqual;
using test_support::Node;
using test_support::TableDigest;

void TakeoverStory::StartCascade() {
  StartRoot();
  pgqd2_ = test_support::StartPgqd(dir_, subscriber_, "pgqd2");
  others_["node2"] = AddNode("branch", "node2", *root_, subscriber_);
  others_["node3"] = AddNode("branch", "node3", *root_, subscriber_);
  others_["node4"] = AddNode("leaf", "node4", *others_["node3"], subscriber_);
  root_->sql().Exec("create sequence s");
  root_->MustLondiste({"add-seq", "s"});
  for (const char* name : {"node2", "node3"}) {
    node(name).sql().Exec("create sequence s");
    EXPECT_TRUE(Eventually(30s, "the sequence is known", [&] {
      return node(name).sql().Value("select count(*) from londiste.seq_info") == "1";
    }));
    node(name).MustLondiste({"add-seq", "s"});
  }
  InsertOn(*root_, next_id_, next_id_ + 9);
  next_id_ += 10;
  ExpectAllFollow(*root_);
}

Node& TakeoverStory::node(const std::string& name) {
  return name == root_->name() ? *root_ : *others_.at(name);
}

void TakeoverStory::InsertOn(Node& node, int from, int to) {
  for (int id = from; id <= to; ++id)
    node.sql().Exec("insert into t values (" + std::to_string(id) + ", 'row " + std::to_string(id) +
                    "')");
}

void TakeoverStory::ExpectAllFollow(Node& root) {
  InsertOn(root, next_id_, next_id_);
  ++next_id_;
  const std::string wanted = TableDigest(root.sql(), "t");
  std::vector<Node*> nodes = {root_.get()};
  for (const auto& [name, other] : others_) nodes.push_back(other.get());
  for (Node* one : nodes) {
    if (!one->has_worker() || one->name() == root.name()) continue;
    EXPECT_TRUE(EventuallyEqual(
        60s, [&] { return wanted; }, [&] { return TableDigest(one->sql(), "t"); }))
        << one->name() << "\n"
        << one->Log();
  }
}

void TakeoverStory::ExpectAtRest() {
  std::vector<Node*> nodes = {root_.get()};
  for (const auto& [name, other] : others_) nodes.push_back(other.get());
  std::map<std::string, int> subscriptions;
  for (Node* one : nodes) {
    if (!one->has_worker()) continue;
    EXPECT_EQ(one->sql().Text("select consumer_name from pgq_node.local_state where paused"), "")
        << one->name();
    EXPECT_TRUE(EventuallyEqual(
        10s, [&] { return std::string(); },
        [&] { return one->sql().Text("select kind, subject, message, hint from pgq.condition"); }))
        << one->name();
    for (Node* other : nodes)
      if (one->sql().Value(
              "select count(*) from pgq_node.subscriber_info where subscriber_node = '" +
              other->name() + "'") == "1")
        ++subscriptions[other->name()];
  }
  for (const auto& [name, count] : subscriptions) EXPECT_EQ(count, 1) << name;
}

}  // namespace e2e
