#include "pgqd/server_away.h"

namespace pgqd {

bool ServerIsAway(const pg::Failure& failure) {
  return failure.kind == pg::FailureKind::kConnectionLost || failure.sqlstate == "57P03" ||
         (failure.kind == pg::FailureKind::kConnectFailed && failure.sqlstate.empty());
}

}  // namespace pgqd
