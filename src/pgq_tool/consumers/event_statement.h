// dst_query for the events of row triggers.
#pragma once

#include <optional>
#include <string>

#include "config/settings.h"
#include "pgq/event.h"
#include "pgq_tool/consumers/statement_template.h"

namespace pgq_tool::consumers {

class EventStatement {
 public:
  // From setting dst_query. Throws base::ConfigError.
  explicit EventStatement(const config::Settings& settings);

  // The statement for an event whose type begins with I:, U: or D:, as logutriga makes them;
  // nullopt for any other. Throws base::Error for a row that cannot be read, or lacks a column that
  // the statement names.
  std::optional<std::string> For(const pgq::Event& event, pgq::TickId tick) const;

 private:
  StatementTemplate template_;
};

config::Setting QuerySetting();

}  // namespace pgq_tool::consumers
