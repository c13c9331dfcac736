// The floor of a copy: `COPY | COPY` between two psql, table by table, then the indexes. Nothing
// follows later changes.
#pragma once

#include <string>
#include <vector>

#include "bench/whole/system.h"

namespace bench {

class Pipe final : public System {
 public:
  explicit Pipe(Site& site) : site_(site) {}

  void Start() override {}
  void Publish(const std::vector<std::string>&) override {}
  void Subscribe(const std::vector<std::string>& tables, InitialCopy copy) override;
  bool Synced(int) override { return true; }
  void StopApply() override;
  void StartApply() override {}

 private:
  Site& site_;
};

}  // namespace bench
