// What cascade::Consumer does: rounds of one look at the consumer's state and at most one batch.
//
// Owned by the Consumer, used on its thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/growing_pause.h"
#include "base/interrupt.h"
#include "cascade/consumer.h"
#include "cascade/local_node.h"
#include "cascade/position_proof.h"
#include "cascade/provider_link.h"
#include "pg/error.h"

namespace cascade {

class ConsumerLoop {
 public:
  ConsumerLoop(ConsumerOptions options, base::Interrupt& interrupt);

  const ConsumerOptions& options() const { return options_; }
  void Run(BatchHandler& handler);
  bool ProcessOne(BatchHandler& handler);

 private:
  bool Round(BatchHandler& handler);
  void Process(const pgq::Batch& batch, BatchHandler& handler);
  void ConnectNode(BatchHandler& handler);
  void ConnectProvider(BatchHandler& handler);
  void Refresh();
  void FinishApplied();
  void RunUntilStopped(BatchHandler& handler);
  void AfterFailureInRun(bool passes);
  void Recover(BatchHandler& handler, const pg::Failure& failure);
  void Disconnect(BatchHandler& handler);

  ConsumerOptions options_;
  base::Interrupt& interrupt_;
  std::unique_ptr<LocalNode> local_;
  std::unique_ptr<ProviderLink> provider_;
  std::string provider_location_;
  std::optional<pgq::TickId> completed_;
  PositionProof proof_;
  base::Clock::time_point state_read_at_{};
  base::GrowingPause retry_;
  bool was_connected_ = false;  // to both sides
  bool handler_knows_target_ = false;
};

}  // namespace cascade
