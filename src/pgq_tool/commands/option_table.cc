#include "pgq_tool/commands/option_table.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace pgq_tool::commands {
namespace {

using command_line::OptionSpec;
using enum OptionSpec::Takes;

constexpr std::array kGeneral = {
    OptionSpec{"help", 0, kNothing, "",
               "show this help; with a command's name: the help of that command"},
    OptionSpec{"version", 'V', kNothing, "", "print the version"},
    OptionSpec{"db", 'd', kValue, "CONNSTR",
               "database with the queues: its name, or a connect string; without it PGDATABASE and "
               "the like count, as for psql"},
    OptionSpec{"host", 'h', kValue, "HOST", "host of the server, or the folder of its socket"},
    OptionSpec{"port", 'p', kValue, "PORT", "port of the server"},
    OptionSpec{"username", 'U', kValue, "USER", "user to connect as"},
    OptionSpec{
        "config", 0, kValue, "INI",
        "INI file whose db (or src_db) names the database, as londiste's and the consumers'"},
};

constexpr std::array kOfCommands = {
    OptionSpec{"json", 0, kNothing, "",
               "print JSON for scripts instead of text (keys: see the manual)"},
    OptionSpec{"force", 0, kNothing, "",
               "unregister the consumers of the queue; what they have not read is lost"},
    OptionSpec{"at-tick", 0, kValue, "TICK",
               "the position: the consumer gets the events after this tick"},
    OptionSpec{"copy", 0, kValue, "CONSUMER",
               "the position of another consumer of the queue, which stays where it is"},
    OptionSpec{"limit", 0, kValue, "N", "how many events at most, default 10"},
    OptionSpec{"wait", 0, kValue, "SECONDS", "how long to wait for the tick, default 30"},
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

}  // namespace pgq_tool::commands
