#include "londiste/commands/option_table.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace londiste::commands {
namespace {

using enum command_line::OptionSpec::Takes;

constexpr std::array kGeneral = {
    command_line::OptionSpec{"help", 'h', kNothing, "",
                             "show this help; after a command's name: the help of that command"},
    command_line::OptionSpec{"quiet", 'q', kNothing, "", "log only warnings and errors"},
    command_line::OptionSpec{"verbose", 'v', kNothing, "",
                             "log each batch as well; twice: each statement"},
    command_line::OptionSpec{
        "daemon", 'd', kNothing, "",
        "run the worker, or compare --continuous, in the background; the command returns when it "
        "has started"},
    command_line::OptionSpec{"version", 'V', kNothing, "", "print the version"},
    command_line::OptionSpec{"ini", 0, kNothing, "",
                             "print a commented sample of the configuration file"},
    command_line::OptionSpec{"set", 0, kValues, "KEY=VALUE",
                             "override a setting of the file (repeatable)"},
    command_line::OptionSpec{"reload", 'r', kNothing, "",
                             "make the running worker read its configuration again"},
    command_line::OptionSpec{"stop", 's', kNothing, "",
                             "stop the running worker after its current batch"},
    command_line::OptionSpec{"kill", 'k', kNothing, "", "stop the running worker at once"},
    command_line::OptionSpec{"target", 0, kValue, "NODE",
                             "accepted for compatibility, has no effect"},
};

constexpr std::array kOfCommands = {
    command_line::OptionSpec{
        "rewind", 0, kNothing, "",
        "do not run the worker: set the position that the provider holds for this node to "
        "the node's own, and exit"},
    command_line::OptionSpec{
        "reset", 0, kNothing, "",
        "do not run the worker: set the node's position to the one that its provider "
        "holds, and exit; the changes between them are lost"},
    command_line::OptionSpec{
        "provider", 0, kValue, "CONNSTR",
        "connect string of the node to read from; of change-provider its name"},
    command_line::OptionSpec{"merge", 0, kValue, "QUEUE",
                             "merge this queue into QUEUE, which has a root or branch here"},
    command_line::OptionSpec{
        "sync-watermark", 0, kValue, "NODES",
        "give the branch and what is below it a watermark of their own, in step with these nodes "
        "(names with commas between)"},
    command_line::OptionSpec{"nocheck", 0, kNothing, "",
                             "do not verify that the public connect string leads to this database"},
    command_line::OptionSpec{"dead", 0, kValues, "NODE",
                             "treat this node as gone for good: do not connect to it (repeatable)"},
    command_line::OptionSpec{
        "dead-root", 0, kNothing, "",
        "the node is the root, and gone for good: do without its last changes"},
    command_line::OptionSpec{"dead-branch", 0, kNothing, "",
                             "the node is a branch, and gone for good"},
    command_line::OptionSpec{"dry-run", 0, kNothing, "",
                             "change nothing: show the steps, and what speaks against them"},
    command_line::OptionSpec{"undo", 0, kNothing, "",
                             "put back what an interrupted run of the same command has done"},
    command_line::OptionSpec{
        "verify", 0, kValue, "HOW",
        "compare the tables of old and new root while nobody can write: none (default), counts or "
        "full (number of rows, and a checksum of them)"},
    command_line::OptionSpec{
        "max-lag", 0, kValue, "SECONDS",
        "how far nodes that are waited for may be behind while nobody can write, default 30"},
    command_line::OptionSpec{
        "unsafe", 0, kValue, "HOW",
        "a change that cannot be carried to the other nodes safely: refuse it (default), or let it "
        "pass and leave it to check"},
    command_line::OptionSpec{
        "grants", 0, kValue, "yes|no",
        "whether owners and grants of replicated tables follow to the other nodes, where roles of "
        "the same names stand for the same people; at first no"},
    command_line::OptionSpec{
        "tables", 0, kValue, "PATTERNS",
        "new tables on the root whose name fits one of the patterns, schema.table with * and ?, "
        "are added to the queue and created on all nodes; several with commas between; \"\" for "
        "none"},
    command_line::OptionSpec{"compact", 0, kNothing, "", "one line for each node"},
    command_line::OptionSpec{"json", 0, kNothing, "",
                             "print JSON for scripts instead of text (keys: see the manual)"},
    command_line::OptionSpec{"all", 0, kNothing, "",
                             "all tables or sequences that the command can apply to; of takeover: "
                             "all nodes that read from the old one move, too"},
    command_line::OptionSpec{
        "force", 0, kNothing, "",
        "of compare and repair: wait for a worker that is behind, however long it takes; of "
        "commands that take names: accept some that are not candidates; of takeover: go on "
        "although tables are missing or not in sync on the new root; of execute: run the script "
        "that has stopped this node whatever its attributes say; of compare and repair: wait for "
        "the "
        "worker as long as it takes"},
    command_line::OptionSpec{"skip", 0, kNothing, "",
                             "go on without the script that has stopped this node"},
    command_line::OptionSpec{"retry", 0, kNothing, "",
                             "try the script that has stopped this node again now"},
    command_line::OptionSpec{"name", 0, kValue, "NAME",
                             "name of the script on the standard input, file \"-\""},
    command_line::OptionSpec{"wait-sync", 0, kNothing, "",
                             "return only when all tables of the node are in sync"},
    command_line::OptionSpec{"expect-sync", 0, kNothing, "",
                             "make no initial copy: the table already holds the provider's rows"},
    command_line::OptionSpec{"skip-truncate", 0, kNothing, "",
                             "keep the rows of the table when the initial copy starts"},
    command_line::OptionSpec{
        "create", 0, kNothing, "",
        "make what is missing on this node as it is on the provider: of a table its columns and "
        "primary key, of a sequence all of it"},
    command_line::OptionSpec{
        "create-full", 0, kNothing, "",
        "make a table that is missing on this node with all that it has on the provider: "
        "sequences, defaults, constraints, indexes, triggers, rules, statistics, comments, owner "
        "and privileges; foreign keys when both tables are in sync"},
    command_line::OptionSpec{"dest-table", 0, kValue, "NAME",
                             "name of the table on this node, when it differs"},
    command_line::OptionSpec{"skip-non-existing", 0, kNothing, "",
                             "skip tables that do not exist, with a warning"},
    command_line::OptionSpec{
        "trigger-flags", 0, kValue, "FLAGS",
        "letters for the trigger, default AIUDL: I, U, D its events; L logutriga, Q "
        "sqltriga or J jsontriga; A after or B before; S skip"},
    command_line::OptionSpec{"trigger-arg", 0, kValues, "ARG",
                             "argument for the trigger (repeatable)"},
    command_line::OptionSpec{"no-triggers", 0, kNothing, "", "do not create triggers on the table"},
    command_line::OptionSpec{"copy-node", 0, kValue, "NODE",
                             "copy the rows from this node instead of the provider"},
    command_line::OptionSpec{
        "find-copy-node", 0, kNothing, "",
        "copy the rows from the nearest node towards the root that has the table"},
    command_line::OptionSpec{
        "merge-all", 0, kNothing, "",
        "add the table for all queues that are merged into the same one and carry it"},
    command_line::OptionSpec{"no-merge", 0, kNothing, "",
                             "add it for this queue only, also when others carry it, and not for "
                             "the combined queue"},
    command_line::OptionSpec{
        "max-parallel-copy", 0, kValue, "N",
        "number of copies of this table that may run at the same time when several queues "
        "fill it"},
    command_line::OptionSpec{"handler", 0, kValue, "NAME",
                             "how changes of the table are applied (see show-handlers)"},
    command_line::OptionSpec{"handler-arg", 0, kValues, "KEY=VALUE",
                             "argument for the handler (repeatable)"},
    command_line::OptionSpec{"parallel", 0, kValue, "N",
                             "read with so many sessions on each side, default 1"},
    command_line::OptionSpec{"with", 0, kValue, "NODE",
                             "compare with this node, of those above: the root, for example"},
    command_line::OptionSpec{"count-only", 0, kNothing, "", "compare only how many rows there are"},
    command_line::OptionSpec{
        "continuous", 0, kNothing, "",
        "go round the tables until a signal comes, with a part of the servers' time (settings "
        "compare_share and compare_pause); what is found is told by status, tables and check"},
    command_line::OptionSpec{
        "resume", 0, kNothing, "",
        "go on with a comparison that was interrupted: leave out the tables that the same command "
        "had compared"},
    command_line::OptionSpec{
        "sort-bufsize", 0, kValue, "SIZE",
        "memory for rows that may differ, of one table at a time: 512M, 2G, or 30% of the "
        "machine's; default 256M"},
    command_line::OptionSpec{"apply", 0, kNothing, "",
                             "change the rows at once, instead of writing a file"},
    command_line::OptionSpec{"delete", 0, kNothing, "", "remove rows that only this node has"},
    command_line::OptionSpec{"repair-where", 0, kValue, "CONDITION",
                             "look only at rows for which this SQL condition holds, on both sides"},
    command_line::OptionSpec{"names-only", 0, kNothing, "", "print only the names, one per line"},
};

}  // namespace

const std::vector<command_line::OptionSpec>& OptionTable() {
  static const std::vector<command_line::OptionSpec> table = [] {
    std::vector<command_line::OptionSpec> all(kGeneral.begin(), kGeneral.end());
    all.insert(all.end(), kOfCommands.begin(), kOfCommands.end());
    return all;
  }();
  return table;
}

bool IsGeneral(std::string_view name) {
  return std::any_of(kGeneral.begin(), kGeneral.end(),
                     [&](const command_line::OptionSpec& option) { return option.name == name; });
}

const command_line::OptionSpec& FindOption(std::string_view name) {
  for (const command_line::OptionSpec& option : OptionTable()) {
    if (option.name == name) return option;
  }
  throw std::logic_error("undeclared option: " + std::string(name));
}

}  // namespace londiste::commands
