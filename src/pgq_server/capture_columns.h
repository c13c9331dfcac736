/*
 * capture_columns.h
 *		What a capture trigger has to know of the columns of its table.
 */
#ifndef PGQ_SERVER_CAPTURE_COLUMNS_H
#define PGQ_SERVER_CAPTURE_COLUMNS_H

#include "utils/relcache.h"

#include "capture_trigger.h"

/*
 * Fills what `trigger` keeps of columns and keys, in the current memory context,
 * which is trigger->context. Its arguments are parsed already. `trigger_type`:
 * pg_trigger.tgtype
 * Errors: those of pgq.logtriga's columns
 */
extern void fill_capture_columns(CaptureTrigger *trigger, Relation table, int16 trigger_type);

#endif
