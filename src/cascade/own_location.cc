#include "cascade/own_location.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "pg/conninfo.h"
#include "pg/error.h"
#include "pg/quote.h"
#include "pg/same_database.h"

namespace cascade {
namespace {

constexpr std::chrono::seconds kPatience(5);

[[noreturn]] void Refuse(const NodeInfo& node, const std::string& location) {
  const std::string arguments = pg::QuoteLiteral(node.queue) + ", " + pg::QuoteLiteral(node.name);
  throw base::Error(
      "this is not the database of node \"" + node.name + "\": its registered location \"" +
          pg::RedactConnstr(location) + "\" leads to another one",
      "If this is a copy of that database, remove the node from the copy, which changes nothing on "
      "other nodes: select pgq_node.drop_node(" +
          arguments +
          "). If the node has moved here, register its new location on the root first: "
          "select pgq_node.register_location(" +
          arguments + ", 'CONNECT STRING', false), and here.");
}

}  // namespace

std::string CheckOwnLocation(pg::Connection& local, const NodeInfo& node,
                             const std::string& extra_connstr, const std::string& application_name,
                             base::Interrupt& interrupt) {
  std::vector<Location> members;
  {
    pqxx::nontransaction tx(local);
    members = GetLocations(tx, node.queue);
  }
  const auto own = std::ranges::find(members, node.name, &Location::node);
  if (own == members.end()) return "node \"" + node.name + "\" has no registered location";
  pg::DatabaseComparison found;
  try {
    pg::Connection there(pg::ConnectOptions::FixedAt(own->connstr, extra_connstr, application_name)
                             .Within(kPatience),
                         interrupt);
    found = pg::CompareDatabases(local, there);
  } catch (const base::Interrupted&) {
    throw;
  } catch (...) {
    return pg::DescribeCurrentFailure(&interrupt).message;
  }
  if (!found.same()) Refuse(node, own->connstr);
  return {};
}

}  // namespace cascade
