// Hanging a node below another provider: the steps of change-provider, which are a part of every
// takeover.
#pragma once

#include <string>
#include <vector>

#include "cascade/members.h"
#include "cascade/procedure.h"
#include "cascade/replicated_objects.h"

namespace cascade {

struct Rehang {
  std::string node;      // a branch or leaf
  std::string provider;  // the new one
  // It has changes that no other node has (takeover of a dead root): its position is set back to
  // that of the new provider, and its tables are copied again.
  bool copy_again = false;
};

// What speaks against it: the new provider is a leaf, hangs below the node, or does not answer; the
// node's worker is paused; copies are under way.
std::vector<Objection> AgainstRehang(Members& members, ReplicatedObjects& objects,
                                     const Rehang& rehang);
// Pause the worker, wait until the new provider has the node's tick, subscribe there, change the
// provider, let the worker go on and see it work, end the old subscription.
void AddRehangSteps(Members& members, ReplicatedObjects& objects, const Rehang& rehang,
                    std::vector<Step>& steps);

// Who reads from `from`, and whom an interrupted run of the procedure has already brought to `to`,
// but perhaps not to the end.
std::vector<std::string> ReadersToMove(Members& members, const std::string& from,
                                       const std::string& to, const std::string& procedure);

// Ends the subscriptions of `node` at all nodes but `keep`. Returns which nodes could not be
// reached, in words.
std::string UnsubscribeElsewhere(Members& members, const std::string& node,
                                 const std::string& keep);
bool SubscribedElsewhere(Members& members, const std::string& node, const std::string& keep);

}  // namespace cascade
