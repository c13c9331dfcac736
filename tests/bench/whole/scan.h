// The floor of a comparison: both sides are read once, as text, by one aggregate each; nobody looks
// at what comes out, and nothing is replicated.
#pragma once

#include <string>
#include <vector>

#include "bench/whole/system.h"

namespace bench {

class Scan final : public System {
 public:
  explicit Scan(Site& site) : site_(site) {}

  void Start() override {}
  void Publish(const std::vector<std::string>&) override {}
  void Subscribe(const std::vector<std::string>& tables, InitialCopy copy) override;
  bool Synced(int) override { return true; }
  void StopApply() override {}
  void StartApply() override {}
  void Compare(const std::vector<std::string>& tables, int sessions, int differing) override;

 private:
  Site& site_;
};

}  // namespace bench
