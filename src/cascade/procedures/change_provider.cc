#include "cascade/change_provider.h"

#include "cascade/procedures/rehang.h"

namespace cascade {

Procedure ChangeProvider(Members& members, ReplicatedObjects& objects, const std::string& node,
                         const std::string& provider) {
  const Rehang rehang{.node = node, .provider = provider};
  Procedure procedure;
  procedure.name = "change-provider of " + node;
  procedure.nodes = {node, provider, members.own_node()};
  procedure.checks = {
      {"the move", [&members, &objects, rehang] { return AgainstRehang(members, objects, rehang); },
       false}};
  AddRehangSteps(members, objects, rehang, procedure.steps);
  return procedure;
}

}  // namespace cascade
