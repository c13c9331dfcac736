// PostgreSQL's own logical replication: a publication and a subscription between each two
// neighbours.
#pragma once

#include <string>
#include <vector>

#include "bench/whole/system.h"

namespace bench {

class Builtin final : public System {
 public:
  // `options`: more options of the subscription.
  Builtin(Site& site, std::string options) : site_(site), options_(std::move(options)) {}

  void Start() override {}  // a subscription wants its publication's tables to be there
  void Publish(const std::vector<std::string>& tables) override;
  void Subscribe(const std::vector<std::string>& tables, InitialCopy copy) override;
  bool Synced(int tables) override;
  void StopApply() override;
  void StartApply() override;

 private:
  void AddTables(int node, const std::vector<std::string>& tables);

  Site& site_;
  const std::string options_;
};

}  // namespace bench
