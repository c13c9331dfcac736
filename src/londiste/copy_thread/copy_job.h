// What a copy is to do: whose worker it belongs to, its settings, the node and the table.
#pragma once

#include <chrono>
#include <string>

#include "cascade/node.h"
#include "londiste/apply/apply_options.h"
#include "londiste/copy/range_options.h"
#include "londiste/handlers/handler_settings.h"
#include "londiste/tables/table_list.h"
#include "pgq/batch.h"

namespace londiste::copy_thread {

// The worker that copies belong to; stays as it is while the process runs.
struct WorkerIdentity {
  std::string queue{}, consumer{};
  std::string local_connstr{}, application_name{};
  std::string pidfile{};  // to respect a live upstream copy process <pidfile>.copy.<table>
};

// What a reload may change, for copies that start later.
struct CopySettings {
  std::string remote_extra_connstr;
  int parallel_copies = 1;
  copy::RangeOptions ranges;
  pgq::ReadOptions reading;
  std::chrono::milliseconds exception_sleep{20'000};
  apply::ApplyOptions apply;
  handlers::HandlerSettings handlers;
};

struct CopyJob {
  WorkerIdentity worker;
  CopySettings settings;
  cascade::NodeInfo node;
  tables::Table table;
  // Of its two sessions, and of those it opens beside them: pg_stat_activity shows what they are
  // for.
  std::string application_name() const { return worker.application_name + " copy " + table.name; }
  std::string helper_name() const { return worker.application_name + " part of " + table.name; }
};

}  // namespace londiste::copy_thread
