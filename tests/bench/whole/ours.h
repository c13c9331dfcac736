// This project's pgqd and londiste: a root, perhaps a branch, and a leaf, each with its worker.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/whole/system.h"

namespace bench {

class Ours final : public System {
 public:
  Ours(Site& site, SystemSettings settings) : site_(site), settings_(std::move(settings)) {}

  void Start() override;
  void Publish(const std::vector<std::string>& tables) override;
  void Subscribe(const std::vector<std::string>& tables, InitialCopy copy) override;
  bool Synced(int tables) override;
  void StopApply() override;
  void StartApply() override;
  void StartBacklog() override;
  void EndBatch() override;
  void EndBacklog() override;
  void Compare(const std::vector<std::string>& tables, int sessions, int differing) override;
  std::vector<pid_t> Daemons() const override;
  std::string Remarks() const override;

 private:
  std::string WriteIni(int node) const;
  void Londiste(int node, std::vector<std::string> words, int status = 0) const;
  void StartWorker(int node);
  void StartTicker(int node);

  Site& site_;
  const SystemSettings settings_;
  std::vector<std::string> inis_;
  std::map<int, std::unique_ptr<test_support::Process>> workers_, tickers_;
};

}  // namespace bench
