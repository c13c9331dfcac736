// Constraints that fire in role replica and may wait (foreign keys, constraint triggers enabled
// always): until the end of the batch, or until something that a table with checks outstanding
// does not allow.
#pragma once

#include "pg/result.h"

namespace londiste::apply {

class DeferredConstraints {
 public:
  explicit DeferredConstraints(pg::Connection& target) : target_(target) {}

  // Inside the batch's transaction, the session free. Both throw what the server says.
  void Defer() {
    pg::ExecNative(target_, "set constraints all deferred");
    deferred_ = true;
  }
  // And from now on each is checked at once, until Defer.
  void CheckNow() {
    if (!deferred_) return;
    pg::ExecNative(target_, "set constraints all immediate");
    deferred_ = false;
  }
  bool deferred() const { return deferred_; }
  void TransactionEnded() { deferred_ = false; }

 private:
  pg::Connection& target_;
  bool deferred_ = false;
};

}  // namespace londiste::apply
