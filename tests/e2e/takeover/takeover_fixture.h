// A cascade whose nodes change places: root node1 on a server of its own; branches and leafs on
// another.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "e2e/worker_fixture.h"

namespace e2e {

class TakeoverStory : public WorkerStory {
 protected:
  // Root node1, branches node2 and node3 below it, leaf node4 below node3; a ticker for each
  // server; a sequence on all but the leaf.
  void StartCascade();

  test_support::Node& node(const std::string& name);
  // Rows from..to of table t, one by one, on that node.
  void InsertOn(test_support::Node& node, int from, int to);
  // Every node has what `root` has, also what is written now.
  void ExpectAllFollow(test_support::Node& root);
  // Nobody is paused, no condition is left, no node has two subscriptions.
  void ExpectAtRest();
  std::string Provider(const std::string& name) {
    return node(name).sql().Value(
        "select provider_node from pgq_node.get_node_info('q_teste_replica')");
  }
  std::string Type(const std::string& name) {
    return node(name).sql().Value(
        "select node_type from pgq_node.node_info where queue_name = 'q_teste_replica'");
  }

  std::unique_ptr<test_support::Process> pgqd2_;
  std::map<std::string, std::unique_ptr<test_support::Node>> others_;  // by name
  int next_id_ = 1;
};

}  // namespace e2e
