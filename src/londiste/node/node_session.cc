#include "londiste/node/node_session.h"

#include <spdlog/spdlog.h>

#include "base/error.h"
#include "cascade/own_location.h"
#include "londiste/worker/wake_channel.h"
#include "pg/conninfo.h"
#include "pg/error.h"

namespace londiste::node {
namespace {

pg::ConnectOptions OptionsFor(const CommandContext& context, const std::string& connstr) {
  return pg::ConnectOptions::Fixed(connstr, "londiste " + context.settings.text("job_name") + " " +
                                                std::string(context.command));
}

template <class Open>
std::unique_ptr<pg::Connection> NameIn(const std::string& whose, Open open) {
  try {
    return open();
  } catch (const pg::ConnectFailed& failure) {
    throw pg::ConnectFailed(whose + ": " + failure.what(), failure.hint(), failure.sqlstate());
  } catch (const base::Interrupted&) {
    throw;
  } catch (const base::Error& error) {
    throw base::Error(whose + ": " + error.what(), error.hint());  // the string cannot be parsed
  }
}

}  // namespace

std::unique_ptr<pg::Connection> ConnectAs(const pg::ConnectOptions& options,
                                          base::Interrupt& interrupt, const std::string& whose) {
  return NameIn(whose, [&] { return std::make_unique<pg::Connection>(options, interrupt); });
}

pg::ConnectOptions LocalOptions(const CommandContext& context) {
  return OptionsFor(context, context.settings.text("db"));
}

std::unique_ptr<pg::Connection> ConnectRemote(const CommandContext& context,
                                              const std::string& connstr,
                                              const std::string& whose) {
  return NameIn(whose, [&] {
    return std::make_unique<pg::Connection>(RemoteOptions(context, connstr), context.interrupt);
  });
}

pg::ConnectOptions RemoteOptions(const CommandContext& context, const std::string& connstr) {
  return OptionsFor(context,
                    pg::MergeConnstr(connstr, context.settings.text("remote_extra_connstr")));
}

pg::Connection& NodeSession::local() {
  if (!local_)
    local_ = NameIn("local database", [&] {
      return std::make_unique<pg::Connection>(LocalOptions(context_), context_.interrupt);
    });
  return *local_;
}

const std::optional<cascade::NodeInfo>& NodeSession::FindNode() {
  if (!node_loaded_) {
    pqxx::work tx(local());
    node_ = cascade::GetNodeInfo(tx, queue());
    node_loaded_ = true;
  }
  return node_;
}

const cascade::NodeInfo& NodeSession::node() {
  if (!FindNode()) {
    throw base::Error(
        "Unknown queue: " + queue(),
        "The database of this configuration file has no node of that queue; create one with "
        "create-root, create-branch or create-leaf, or correct db or queue_name.");
  }
  return *node_;
}

void NodeSession::RequireOwnDatabase() {
  const std::string doubt =
      cascade::CheckOwnLocation(local(), node(), context_.settings.text("remote_extra_connstr"),
                                LocalOptions(context_).application_name, context_.interrupt);
  if (!doubt.empty())
    spdlog::warn("could not check whether this is the database of node {} or a copy of it: {}",
                 node().name, doubt);
}

pg::Connection& NodeSession::provider() {
  if (!provider_) {
    provider_ = ConnectRemote(context_, node().provider_location,
                              "provider node \"" + node().provider_node + "\"");
  }
  return *provider_;
}

void NodeSession::WakeWorker() { Wake({queue()}); }

void NodeSession::WakeMergedWorkers() {
  std::vector<std::string> queues{queue()};
  if (const auto& combined = node().combined_queue) {
    pqxx::work tx(local());
    for (const pqxx::row& row : tx.exec_params(
             "select queue_name from pgq_node.node_info where combined_queue = $1 or queue_name = "
             "$1",
             *combined))
      queues.emplace_back(row[0].c_str());
  }
  Wake(queues);
}

void NodeSession::Wake(const std::vector<std::string>& queues) {
  try {
    pqxx::work tx(local());
    for (const std::string& queue : queues)
      tx.exec_params("select pg_catalog.pg_notify($1, '')", worker::WakeChannel(queue));
    tx.commit();
  } catch (const pqxx::failure& failure) {
    spdlog::debug("could not notify the worker: {}", failure.what());
  }
}

}  // namespace londiste::node
