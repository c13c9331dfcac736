// Which tick a position is, beyond its number. A provider that was restored, cloned or failed over
// to a standby behind it gives numbers out again; a tick's time goes with it through the whole
// cascade, since branches make their ticks with the provider's, and no two ticks share both.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "pg/connection.h"
#include "pgq/ids.h"

namespace cascade {

// A server's system identifier and the timeline that it writes; empty where it does not tell.
struct ServerHistory {
  std::optional<std::int64_t> system_identifier;
  std::optional<int> timeline;
  bool operator==(const ServerHistory&) const = default;
};

struct TickProof {
  pgq::TickId tick;
  std::string time;  // timestamptz text
  std::int64_t event_seq = 0;
  std::string provider_node;  // where it was read
  ServerHistory server;
};

// The provider does not have the tick that the node has completed: what the provider gives out
// next under that number is something else. Nobody but the administrator can bring the two
// together.
class ProviderLostTime : public base::Error {
 public:
  using Error::Error;
};

// Whether both are the same tick.
bool SameTick(const TickProof& one, const TickProof& other);

// Of the server that the session leads to.
ServerHistory ReadServerHistory(pg::Connection& server);
// The tick as the provider has it; nullopt where there is none, or none that proves anything.
std::optional<TickProof> ReadTick(pg::Connection& provider, const std::string& queue,
                                  const std::string& provider_node, pgq::TickId tick);

// Whether the node's schema has a place for proofs, and the role may use it.
bool KeepsProofs(pqxx::transaction_base& tx);
// What was stored last for the consumer, whose position may have been moved since. REQUIRES:
// KeepsProofs.
std::optional<TickProof> ReadProof(pqxx::transaction_base& tx, const std::string& queue,
                                   const std::string& consumer);
void StoreProof(pqxx::transaction_base& tx, const std::string& queue, const std::string& consumer,
                const TickProof& proof);

}  // namespace cascade
