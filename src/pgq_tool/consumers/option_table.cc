#include "pgq_tool/consumers/option_table.h"

namespace pgq_tool::consumers {

using command_line::OptionSpec;

const std::vector<OptionSpec>& OptionTable() {
  using enum OptionSpec::Takes;
  static const std::vector<OptionSpec> table = {
      {"help", 'h', kNothing, "", "show this help"},
      {"quiet", 'q', kNothing, "", "log only warnings and errors"},
      {"verbose", 'v', kNothing, "", "log more; twice: each statement that failed"},
      {"daemon", 'd', kNothing, "",
       "run in the background; the command returns when the consumer has started"},
      {"version", 'V', kNothing, "", "print the version"},
      {"ini", 0, kNothing, "", "print a commented sample of the configuration file"},
      {"set", 0, kValues, "KEY=VALUE", "override a setting of the file (repeatable)"},
      {"reload", 'r', kNothing, "", "make the running consumer read its configuration again"},
      {"stop", 's', kNothing, "", "stop the running consumer after its current batch"},
      {"kill", 'k', kNothing, "", "stop the running consumer at once"},
      {"register", 0, kNothing, "", "only register the consumer on the queue, at its newest tick"},
      {"unregister", 0, kNothing, "",
       "only unregister the consumer, and forget the position that it keeps elsewhere"},
      {"rewind", 0, kNothing, "",
       "only move the consumer at the queue to the position that the target or the file has"},
      {"reset", 0, kNothing, "",
       "only set the position of the target or the file to that of the consumer at the queue; the "
       "events between them are lost, or come again"},
  };
  return table;
}

}  // namespace pgq_tool::consumers
