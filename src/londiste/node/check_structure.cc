#include "londiste/node/check_structure.h"

#include <vector>

#include "base/error.h"
#include "cascade/walk_to_root.h"
#include "londiste/structure/structure_difference.h"

namespace londiste::node {
namespace {

output::CheckedTable::Difference ForReport(const structure::Difference& difference) {
  return {ToString(difference.severity), difference.kind, difference.name, difference.message,
          difference.statement};
}

// A column that is knowingly done without is nothing that hurts.
std::vector<structure::Difference> Compare(pqxx::transaction_base& tx, const tables::Table& table,
                                           const std::string& here, const std::string& there) {
  auto differences = structure::FindDifferences(tx, table.dest, here, there);
  for (structure::Difference& difference : differences) {
    if (difference.kind != "column" || !table.left_out.contains(difference.name)) continue;
    difference.severity = structure::Difference::Severity::kNotice;
    difference.message += ", left out knowingly";
  }
  return differences;
}

class Check {
 public:
  Check(pqxx::transaction_base& local, const std::string& queue,
        const std::vector<tables::Table>& tables)
      : local_(local), queue_(queue) {
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
      for (const auto& difference : Compare(local_, open.table, open.here, *description))
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
  Check check(local, session.queue(), tables);
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
