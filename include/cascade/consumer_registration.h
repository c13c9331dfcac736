// Who follows a queue from a node of a cascade (cascade/consumer.h), and from which provider it
// reads. Each call makes its own connections: to the node of `options` and to the providers.
//
// What is kept where: the node's database has provider and position (pgq_node.local_state), the
// provider's queue has a consumer of the same name, which makes it keep the events. A call that was
// interrupted may be made again.
//
// Errors: base::Error for names that do not fit, with a hint; pg::ConnectFailed, pqxx::sql_error,
// base::Interrupted.
#pragma once

#include <optional>
#include <string>

#include "base/interrupt.h"
#include "cascade/consumer.h"
#include "pgq/ids.h"

namespace cascade {

enum class Registered { kNew, kWasThere };

// Registers the consumer: `provider_node` is the node that it reads from, a root or a branch; "":
// the node itself where it has a queue, else the node's own provider. It gets the events after
// `first_tick`, or after the newest tick there. One that is registered stays where it is; where the
// provider has lost it, it is put back there at its position.
Registered RegisterConsumer(const ConsumerOptions& options, const std::string& provider_node,
                            std::optional<pgq::TickId> first_tick, base::Interrupt& interrupt);

enum class OldProvider {
  kUnregister,  // its queue need not keep events for the consumer any more
  kIsGone,      // it is not asked
};

// False: it was not registered at the node.
bool UnregisterConsumer(const ConsumerOptions& options, base::Interrupt& interrupt,
                        OldProvider old_provider = OldProvider::kUnregister);

// Makes the consumer read from another node, at the position that it has. A running consumer is
// paused for that; waits up to `patience` until it has noticed. Returns "", or why the old provider
// still keeps events for the consumer: that was not reached, the change is made.
std::string ChangeConsumerProvider(const ConsumerOptions& options, const std::string& provider_node,
                                   base::Interrupt& interrupt,
                                   OldProvider old_provider = OldProvider::kUnregister,
                                   base::Duration patience = base::Duration(60'000));

}  // namespace cascade
