#pragma once

#include "base/strong_id.h"

namespace pgq {

using TickId = base::StrongId<struct TickIdTag>;
using BatchId = base::StrongId<struct BatchIdTag>;
using EventId = base::StrongId<struct EventIdTag>;
using Txid = base::StrongId<struct TxidTag>;  // 64-bit, with epoch

}  // namespace pgq
