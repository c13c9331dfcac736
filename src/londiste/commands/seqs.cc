// seqs
#include <cstdio>

#include "londiste/commands/command.h"
#include "londiste/node/node_session.h"
#include "londiste/output/json.h"
#include "londiste/output/text_table.h"
#include "londiste/tables/registry.h"

namespace londiste::commands {
namespace {

void PrintJson(node::NodeSession& session, const std::vector<tables::Sequence>& sequences) {
  const output::Json list = output::ListOf(sequences, [](const tables::Sequence& sequence) {
    return output::Json{{"seq_name", sequence.name}, {"last_value", sequence.last_value}};
  });
  std::fputs(output::JsonText({{"queue_name", session.queue()},
                               {"node_name", session.node().name},
                               {"sequences", list}})
                 .c_str(),
             stdout);
}

int Run(CommandContext& context) {
  node::NodeSession session(context);
  session.node();
  std::vector<tables::Sequence> sequences;
  {
    pqxx::work tx(session.local());
    sequences = tables::ReadSequences(tx, session.queue());
  }
  std::erase_if(sequences, [](const tables::Sequence& sequence) { return !sequence.local; });
  if (context.options.Has("json")) return PrintJson(session, sequences), 0;
  std::vector<std::vector<std::string>> rows;
  for (const tables::Sequence& sequence : sequences)
    rows.push_back({sequence.name, "True", std::to_string(sequence.last_value)});
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
    .options = {"json"},
    .pid_file = Command::PidFile::kNone,
    .run = Run,
};

}  // namespace londiste::commands
