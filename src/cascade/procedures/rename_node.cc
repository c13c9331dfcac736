#include "cascade/rename_node.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "cascade/procedures/checks.h"

namespace cascade {
namespace {

constexpr const char* kNeeded = "pgq_node.rename_node_step2(text, text, text)";

bool Knows(Members& members, const std::string& at, const std::string& name) {
  const auto locations =
      members.On(at, [&](auto& tx) { return GetLocations(tx, members.queue()); });
  return std::ranges::find(locations, name, &Location::node) != locations.end();
}

// Each database once: halfway through, a node has both names.
std::vector<std::string> Nodes(Members& members, const std::string& old_name,
                               const std::string& new_name) {
  std::vector<std::string> nodes = members.living();
  if (members.knows(old_name)) std::erase(nodes, new_name);
  return nodes;
}

std::vector<Objection> AgainstForeign(Members& members, const std::vector<std::string>& nodes) {
  std::vector<Objection> against;
  for (const std::string& node : nodes) {
    if (!members.TryOpen(node)) continue;
    const bool has = members.On(node, [](auto& tx) {
      return !tx.exec_params1("select pg_catalog.to_regprocedure($1)", kNeeded)[0].is_null();
    });
    if (!has)
      against.push_back({"node " + node + " has a schema pgq_node that cannot rename nodes",
                         "Bring it up to date first: alter extension pgq_node update, or run "
                         "pgq_node.sql there."});
  }
  return against;
}

std::vector<Objection> AgainstName(Members& members, const std::string& old_name,
                                   const std::string& new_name) {
  std::vector<Objection> against;
  if (members.knows(old_name) && members.knows(new_name) &&
      members.Find(old_name).connstr != members.Find(new_name).connstr)
    against.push_back({"node " + new_name + " exists already", "Choose another name."});
  // A dead node would keep the old name for ever.
  for (const Location& member : members.locations())
    if (members.dead(member.node))
      against.push_back({"node " + member.node + " is marked as dead: it would keep the old name",
                         "Remove it first with drop-node, or bring it back."});
  return against;
}

}  // namespace

Procedure RenameNode(Members& members, ReplicatedObjects& objects, const std::string& old_name,
                     const std::string& new_name) {
  if (!members.knows(old_name) && !members.knows(new_name)) members.Find(old_name);
  const std::vector<std::string> nodes = Nodes(members, old_name, new_name);
  Procedure procedure;
  procedure.name = "rename-node " + old_name + " " + new_name;
  procedure.nodes = {nodes.begin(), nodes.end()};
  procedure.checks = {
      {"all nodes answer", [&members] { return AgainstSilence(members); }},
      {"the name",
       [&members, old_name, new_name] { return AgainstName(members, old_name, new_name); }},
      {"the schemas", [&members, nodes] { return AgainstForeign(members, nodes); }}};
  for (const std::string& node : nodes)
    procedure.steps.push_back(
        {.name = "add-name",
         .node = node,
         .what = "know " + old_name + " as " + new_name + ", too",
         .done = [&members, node, new_name] { return Knows(members, node, new_name); },
         .run =
             [&members, node, old_name, new_name] {
               members.Do(node, "select * from pgq_node.rename_node_step1($1, $2, $3)",
                          members.queue(), old_name, new_name);
               return std::string();
             },
         .undo =
             [&members, node, old_name, new_name] {
               if (Knows(members, node, old_name) && Knows(members, node, new_name))
                 members.Do(node, "select * from pgq_node.unregister_location($1, $2)",
                            members.queue(), new_name);
             },
         .stays = ""});
  bool first = true;
  for (const std::string& node : nodes) {
    procedure.steps.push_back(
        {.name = "replace-name",
         .node = node,
         .what = "know it as " + new_name + " only",
         .done =
             [&members, node, old_name, new_name] {
               return Knows(members, node, new_name) && !Knows(members, node, old_name);
             },
         .run =
             [&members, &objects, node, old_name, new_name] {
               members.On(node, [&](auto& tx) {
                 objects.RenameNode(tx, old_name, new_name);
                 members.DoIn(tx, node, "select * from pgq_node.rename_node_step2($1, $2, $3)",
                              members.queue(), old_name, new_name);
               });
               members.WakeWorker(node, members.queue());
               return std::string();
             },
         .undo = nullptr,
         .stays = "",
         .no_return = std::exchange(first, false)});
  }
  return procedure;
}

}  // namespace cascade
