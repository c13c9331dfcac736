// A node and one above it, whose tables are compared at one tick (cascade/cut.h): who they are, the
// sessions with both, and how each table is matched.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cascade/cut.h"
#include "londiste/compare/compared_table.h"
#include "londiste/compare/match_tables.h"
#include "londiste/compare/table_comparison.h"
#include "londiste/handlers/handler.h"
#include "londiste/node/command_context.h"
#include "londiste/node/node_session.h"
#include "londiste/tables/table.h"

namespace londiste::node {

// A table to be compared with that of one node.
struct PairedTable {
  const tables::Table* table;
  std::size_t place;  // in the results
  pg::QualifiedName there{};
  std::unique_ptr<handlers::Handler> handler{};
  std::map<std::string, handlers::ColumnRewrite> rewrites{};  // that the handler was asked for
  int attempts = 0;
};

struct NodeAbove {
  std::string name, location;
  bool is_root = false;
  std::list<PairedTable> tables;
};

// For each table the nearest node above that has it, or the one named `with`. `results` gets an
// entry for each of `tables`, with the reason where it cannot be compared. Throws base::Error when
// a node cannot be reached, or `with` is not above.
std::vector<NodeAbove> FindNodesAbove(const CommandContext& context, NodeSession& session,
                                      const std::vector<tables::Table>& tables,
                                      const std::string& with,
                                      std::vector<compare::ComparedTable>& results);

class NodePair {
 public:
  struct Options {
    int sessions = 1;     // that read, on each side
    bool force = false;   // wait for the worker as long as it takes
    std::string where{};  // SQL condition of the rows on both sides; "": all
    bool may_lock =
        true;  // a table of the node above, where that is the only way to a common moment
  };
  NodePair(const CommandContext& context, NodeSession& session, const NodeAbove& above,
           const Options& options);

  // The readers of both sides are in its transactions then. `first`: the table that is compared
  // next; with whole_queue() all are the same on both sides, else only this one.
  cascade::Cut TakeCut(const PairedTable& first);
  // Neither side keeps a snapshot.
  void EndCut();
  bool whole_queue() const { return !by_lock_; }
  // See cascade::AtTick. The cut that was taken before is over.
  void AtTick(const cascade::WorkAtTick& work);
  bool StandsAt(pqxx::transaction_base& tx, pgq::TickId tick) const;

  // Throws base::Error when the table is not in sync on either side any more, or has become another
  // one. REQUIRES: a cut, which `above` sees.
  void RequireInSync(const tables::Table& table, pqxx::transaction_base& above,
                     pqxx::transaction_base& below);
  // How the table is compared, into `result`; while `table` lives. Throws as RequireInSync.
  // REQUIRES: a cut.
  void Match(PairedTable& table, compare::ComparedTable& result);
  compare::CutReaders& readers() { return readers_; }
  // Which node's server, after a connection was lost.
  std::string LostNode();

 private:
  compare::ColumnMatching Matching(PairedTable& table);
  void Open(compare::Readers& readers, const pg::ConnectOptions& options, const std::string& node,
            int sessions);
  void CompareByLock();
  cascade::CutOptions CutOptions() const;
  cascade::CutSide Above();
  cascade::CutSide Below();

  const CommandContext& context_;
  NodeSession& session_;
  const Options options_;
  std::unique_ptr<pg::Connection> above_;
  compare::CutReaders readers_;
  bool above_is_root_ = false;
  bool by_lock_ = false;  // as SkyTools does it
};

}  // namespace londiste::node
