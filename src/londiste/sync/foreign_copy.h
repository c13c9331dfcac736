// Copy processes of SkyTools that were running when this worker replaced theirs: recognised by
// their pid file, left alone, and answered as their own main worker would, through
// londiste.table_info.
#pragma once

#include <string>

#include "cascade/batch_handler.h"
#include "londiste/tables/table_list.h"

namespace londiste::sync {

// `pidfile`: the worker's; "" knows no foreign copies.
bool HasForeignCopy(const std::string& pidfile, const std::string& table);

// Batch in hand: lets a foreign copy that wants to sync at this batch or an earlier one catch up to
// it, and waits until it is done or dead. True when the table's state has changed. Throws
// base::Interrupted when `interrupt` stops meanwhile: the batch must not be applied then.
bool AnswerForeignCopy(const cascade::BatchContext& context, const std::string& pidfile,
                       const tables::Table& table, base::Interrupt& interrupt);

}  // namespace londiste::sync
