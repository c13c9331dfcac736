// seqs
#include <cstdio>

#include "londiste/commands/command.h"
#include "londiste/node/node_session.h"
#include "londiste/output/text_table.h"
#include "londiste/tables/registry.h"

namespace londiste::commands {
namespace {

int Run(CommandContext& context) {
  node::NodeSession session(context);
  session.node();
  std::vector<std::vector<std::string>> rows;
  {
    pqxx::work tx(session.local());
    for (const tables::Sequence& sequence : tables::ReadSequences(tx, session.queue())) {
      if (sequence.local)
        rows.push_back({sequence.name, "True", std::to_string(sequence.last_value)});
    }
  }
  std::fputs(
      output::TextTable("Sequences on node", {"seq_name", "local", "last_value"}, rows).c_str(),
      stdout);
  return 0;
}

}  // namespace

const Command kSeqs = {
    .name = "seqs",
    .summary = "list the sequences that are replicated to this node",
    .details =
        "last_value is the value that the root published last; it is ahead of the root's sequence.",
    .pid_file = Command::PidFile::kNone,
    .run = Run,
};

}  // namespace londiste::commands
