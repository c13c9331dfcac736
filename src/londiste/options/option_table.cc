#include "londiste/options/option_table.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace londiste::options {
namespace {

using enum OptionSpec::Takes;

constexpr std::array kGeneral = {
    OptionSpec{"help", 'h', kNothing, "",
               "show this help; after a command's name: the help of that command"},
    OptionSpec{"quiet", 'q', kNothing, "", "log only warnings and errors"},
    OptionSpec{"verbose", 'v', kNothing, "", "log more (twice: everything)"},
    OptionSpec{"daemon", 'd', kNothing, "",
               "run the worker in the background; returns when it has started"},
    OptionSpec{"version", 'V', kNothing, "", "print the version"},
    OptionSpec{"ini", 0, kNothing, "", "print a commented sample of the configuration file"},
    OptionSpec{"set", 0, kValues, "KEY=VALUE", "override a setting of the file (repeatable)"},
    OptionSpec{"reload", 'r', kNothing, "",
               "tell the running worker to read its configuration again"},
    OptionSpec{"stop", 's', kNothing, "", "stop the running worker after its current batch"},
    OptionSpec{"kill", 'k', kNothing, "", "stop the running worker at once"},
    OptionSpec{"target", 0, kValue, "NODE", "accepted for compatibility, has no effect"},
};

constexpr std::array kOfCommands = {
    OptionSpec{"rewind", 0, kNothing, "",
               "before starting: move the provider's idea of this node's position to where the "
               "node stands"},
    OptionSpec{"reset", 0, kNothing, "",
               "before starting: move the node to where its provider thinks it is; changes between "
               "are lost"},
    OptionSpec{"provider", 0, kValue, "CONNSTR", "connect string of the node to read from"},
    OptionSpec{"nocheck", 0, kNothing, "",
               "do not verify that the public connect string leads to this database"},
    OptionSpec{"dead", 0, kValues, "NODE", "do not try to reach this node (repeatable)"},
    OptionSpec{"compact", 0, kNothing, "", "one line for each node"},
    OptionSpec{"all", 0, kNothing, "", "every table or sequence that the command could take"},
    OptionSpec{"force", 0, kNothing, "", "accept names that are not on the list of candidates"},
    OptionSpec{"wait-sync", 0, kNothing, "", "return when all tables of the node are in sync"},
    OptionSpec{"expect-sync", 0, kNothing, "", "the data is the same already: do not copy"},
    OptionSpec{"skip-truncate", 0, kNothing, "", "keep existing rows when the copy starts"},
    OptionSpec{"dest-table", 0, kValue, "NAME", "name of the table on this node, when it differs"},
    OptionSpec{"skip-non-existing", 0, kNothing, "",
               "pass over tables that do not exist, with a warning"},
    OptionSpec{"trigger-flags", 0, kValue, "FLAGS", "trigger events and kind, letters of AIUDLQBS"},
    OptionSpec{"trigger-arg", 0, kValues, "ARG", "argument for the trigger (repeatable)"},
    OptionSpec{"no-triggers", 0, kNothing, "", "do not create triggers on the table"},
    OptionSpec{"copy-node", 0, kValue, "NODE",
               "copy the rows from this node instead of the provider"},
    OptionSpec{"find-copy-node", 0, kNothing, "",
               "copy from the nearest node above that has the table"},
    OptionSpec{"max-parallel-copy", 0, kValue, "N",
               "copies of this table that may run at once when it is merged"},
    OptionSpec{"handler", 0, kValue, "NAME",
               "how changes of the table are applied (see show-handlers)"},
    OptionSpec{"handler-arg", 0, kValues, "KEY=VALUE", "argument for the handler (repeatable)"},
    OptionSpec{"names-only", 0, kNothing, "", "print only the names, one a line"},
};

}  // namespace

const std::vector<OptionSpec>& OptionTable() {
  static const std::vector<OptionSpec> table = [] {
    std::vector<OptionSpec> all(kGeneral.begin(), kGeneral.end());
    all.insert(all.end(), kOfCommands.begin(), kOfCommands.end());
    return all;
  }();
  return table;
}

bool IsGeneral(std::string_view name) {
  return std::any_of(kGeneral.begin(), kGeneral.end(),
                     [&](const OptionSpec& option) { return option.name == name; });
}

const OptionSpec& FindOption(std::string_view name) {
  for (const OptionSpec& option : OptionTable()) {
    if (option.name == name) return option;
  }
  throw std::logic_error("undeclared option: " + std::string(name));
}

}  // namespace londiste::options
