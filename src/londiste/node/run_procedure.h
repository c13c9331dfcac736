// Procedures of the cascade as commands run them: sessions, log lines, reports.
#pragma once

#include <functional>
#include <string>

#include "cascade/members.h"
#include "cascade/procedure.h"
#include "londiste/node/node_session.h"
#include "londiste/node/replicated_tables.h"

namespace londiste::node {

// What is there to build a procedure with. Lives for one command.
class CascadeCommand {
 public:
  explicit CascadeCommand(CommandContext& context);

  cascade::Members& members() { return members_; }
  ReplicatedTables& tables() { return tables_; }
  const std::string& own_node() { return session_.node().name; }
  NodeSession& session() { return session_; }

  enum class Report { kLogOnly, kTable };
  // Runs it, shows it (--dry-run) or puts it back (--undo). Returns the exit status.
  int Run(cascade::Procedure procedure, Report report = Report::kLogOnly);

 private:
  cascade::Members::Options MemberOptions();
  std::string Line() const;

  CommandContext& context_;
  NodeSession session_;
  cascade::Members members_;
  ReplicatedTables tables_;
};

}  // namespace londiste::node
