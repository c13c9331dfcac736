#include "pgq_tool/commands/queue_parameters.h"

#include <algorithm>

#include "base/error.h"
#include "config/settings.h"
#include "pg/error.h"
#include "pg/sqlstate.h"
#include "pgq/queue.h"

namespace pgq_tool::commands {
namespace {

// Those that pgq.set_queue_config takes.
const std::vector<std::string>& Names() {
  static const std::vector<std::string> names = {"ticker_max_count",   "ticker_max_lag",
                                                 "ticker_idle_period", "ticker_paused",
                                                 "rotation_period",    "external_ticker"};
  return names;
}

}  // namespace

std::vector<QueueParameter> ReadParameters(const std::vector<std::string>& words) {
  std::vector<QueueParameter> parameters;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos)
      throw base::UsageError("expected PARAMETER=VALUE, got '" + word + "'");
    std::string name = word.substr(0, equals);
    if (name.starts_with("queue_")) name.erase(0, 6);  // as the column is called
    if (std::ranges::find(Names(), name) == Names().end()) {
      const std::string near = config::DidYouMean(name, Names());
      throw base::UsageError("queues have no parameter '" + name + "'",
                             near.empty() ? "" : "Did you mean \"" + near + "\"?");
    }
    parameters.push_back({name, word.substr(equals + 1)});
  }
  return parameters;
}

void SetParameters(pqxx::transaction_base& transaction, const std::string& queue,
                   const std::vector<QueueParameter>& parameters) {
  for (const QueueParameter& parameter : parameters) {
    try {
      pgq::SetQueueConfig(transaction, queue, parameter.name, parameter.value);
    } catch (const pqxx::data_exception&) {
      throw base::Error("could not set " + parameter.name + " of queue \"" + queue +
                            "\": " + pg::DescribeCurrentFailure().message,
                        "Nothing was changed.");
    }
  }
}

}  // namespace pgq_tool::commands
