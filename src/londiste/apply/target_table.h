// Where the rows of a table's events go, and how they are treated.
#pragma once

#include <memory>
#include <string_view>

#include "londiste/apply/rewritten_event.h"
#include "londiste/handlers/handler.h"
#include "londiste/tables/table.h"
#include "pgq/ids.h"

namespace londiste::apply {

struct TargetTable {
  tables::Table table;
  std::unique_ptr<handlers::Handler> handler;
  bool in_batch = false;  // set by Applier: the handler knows that a batch has begun
  std::unique_ptr<EventRewriter> rewriter{};

  bool rewrites_rows() const { return handler->rewrites_rows(); }
  // REQUIRES: rewrites_rows(). See EventRewriter.
  pgq::Event Rewrite(const pgq::Event& event) {
    if (!rewriter) rewriter = std::make_unique<EventRewriter>(*handler, table.name);
    return rewriter->Rewrite(event);
  }
};

// Decides for each event whether and where it is applied. Implemented by the main worker and by a
// table copy.
class TargetTables {
 public:
  virtual ~TargetTables() = default;
  // nullptr: not for us, ignore the event (counted). The answer stays valid until the batch ends.
  virtual TargetTable* Resolve(std::string_view queue_table, pgq::Txid txid) = 0;
};

}  // namespace londiste::apply
