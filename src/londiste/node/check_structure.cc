#include "londiste/node/check_structure.h"

#include <memory>
#include <vector>

#include "base/error.h"
#include "cascade/walk_to_root.h"
#include "londiste/handlers/handler_table.h"
#include "londiste/structure/structure_difference.h"

namespace londiste::node {
namespace {

output::CheckedTable::Difference ForReport(const structure::Difference& difference) {
  return {ToString(difference.severity), difference.kind, difference.name, difference.message,
          difference.statement};
}

// nullptr: it cannot work, which is another condition.
std::unique_ptr<handlers::Handler> HandlerOf(const tables::Table& table,
                                             const handlers::HandlerSettings& settings) {
  try {
    return handlers::MakeHandlerOf(table, settings);
  } catch (const handlers::UnusableHandler&) {
    return nullptr;
  }
}

// Why the column may differ; "": it should not.
std::string WhyDifferent(const tables::Table& table, const handlers::Handler* handler,
                         const std::string& column) {
  if (table.left_out.contains(column)) return "left out knowingly";
  if (handler == nullptr || !handler->rewrites_rows()) return "";
  const handlers::ColumnRewrite rewrite = handler->Rewrite(column);
  if (rewrite.leave_out) return "left out by the table's handler";
  return rewrite.value ? "rewritten by the table's handler" : "";
}

// A column that differs knowingly is nothing that hurts, and nothing to mend.
std::vector<structure::Difference> Compare(pqxx::transaction_base& tx, const tables::Table& table,
                                           const handlers::Handler* handler,
                                           const std::string& here, const std::string& there) {
  auto differences = structure::FindDifferences(tx, table.dest, here, there);
  for (structure::Difference& difference : differences) {
    if (difference.kind != "column") continue;
    const std::string why = WhyDifferent(table, handler, difference.name);
    if (why.empty()) continue;
    difference.severity = structure::Difference::Severity::kNotice;
    difference.message += ", " + why;
    if (handler != nullptr && handler->rewrites_rows()) difference.statement.clear();
  }
  return differences;
}

class Check {
 public:
  Check(pqxx::transaction_base& local, const std::string& queue,
        const std::vector<tables::Table>& tables, const handlers::HandlerSettings& settings)
      : local_(local), queue_(queue), settings_(settings) {
    for (const tables::Table& table : tables) {
      output::CheckedTable checked{
          .table = table.name, .here = table.dest.ToString(), .node = {}, .there = {}};
      if (const auto here = structure::DescribeAsJson(local, table.dest))
        open_.push_back({table, *here, results_.size()});
      else
        checked.reason = "the table does not exist here";
      results_.push_back(std::move(checked));
    }
  }

  // With those of its tables that are still to be compared. True: none is left.
  bool With(const std::string& node, pqxx::transaction_base& tx) {
    const std::vector<tables::Table> there = tables::ReadTables(tx, queue_);
    std::erase_if(open_, [&](const Open& open) {
      const tables::Table* table = tables::FindTable(there, open.table.name);
      if (table == nullptr || !table->local) return false;
      const auto description = structure::DescribeAsJson(tx, table->dest);
      if (!description) return false;
      output::CheckedTable& result = results_[open.result];
      result.node = node;
      result.there = table->dest.ToString();
      const auto handler = HandlerOf(open.table, settings_);
      for (const auto& difference :
           Compare(local_, open.table, handler.get(), open.here, *description))
        result.differences.push_back(ForReport(difference));
      return true;
    });
    return open_.empty();
  }

  std::vector<output::CheckedTable> Finish() && {
    for (const Open& open : open_)
      results_[open.result].reason = "no node from here up to the root has the table";
    return std::move(results_);
  }

 private:
  struct Open {
    tables::Table table;
    std::string here;
    std::size_t result;
  };
  pqxx::transaction_base& local_;
  std::string queue_;
  const handlers::HandlerSettings& settings_;
  std::vector<Open> open_;
  std::vector<output::CheckedTable> results_;
};

}  // namespace

std::vector<output::CheckedTable> CheckStructure(const CommandContext& context,
                                                 NodeSession& session,
                                                 const std::vector<tables::Table>& tables) {
  pqxx::work local(session.local());
  if (!structure::KnowsDifferences(local))
    throw base::Error("the londiste schema of this database cannot compare tables",
                      "Update it: alter extension londiste update, or install londiste.sql again.");
  const auto settings = handlers::HandlerSettings::Read(context.settings);
  Check check(local, session.queue(), tables, settings);
  cascade::WalkToRoot(session.node(), [&](const std::string& name, const std::string& location) {
    const auto connection = ConnectRemote(context, location, "node \"" + name + "\"");
    pqxx::work tx(*connection);
    auto info = cascade::GetNodeInfo(tx, session.queue());
    if (!info)
      throw base::Error("node \"" + name + "\" holds no queue \"" + session.queue() + "\"");
    if (check.With(name, tx)) info.reset();
    return info;
  });
  return std::move(check).Finish();
}

}  // namespace londiste::node
