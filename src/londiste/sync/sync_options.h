// Options of the main worker's side of table copies.
#pragma once

#include "londiste/copy_thread/copy_job.h"

namespace londiste::sync {

struct SyncOptions {
  copy_thread::WorkerIdentity worker;
  copy_thread::CopySettings settings;
};

}  // namespace londiste::sync
