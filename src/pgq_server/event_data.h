/*
 * event_data.h
 *		Rows as the data of an event. Each text is allocated in the current
 *		context; the settings that it must not depend on are the caller's
 *		business (value_text.h).
 */
#ifndef PGQ_SERVER_EVENT_DATA_H
#define PGQ_SERVER_EVENT_DATA_H

#include "access/htup.h"
#include "access/tupdesc.h"

#include "capture_trigger.h"

/* A row taken apart, by attribute number from 0. */
typedef struct Row
{
	HeapTuple	tuple;
	Datum	   *values;
	bool	   *isnull;
} Row;

extern Row	deform(HeapTuple tuple, TupleDesc desc);

/* Without the hidden columns. */
extern text *row_urlencoded(CaptureTrigger *trigger, Row *row);
extern text *row_as_json(CaptureTrigger *trigger, Row *row);

/* "(columns) values (...)"; without any column "default values". */
extern text *insert_as_sql(CaptureTrigger *trigger, Row *row);

/*
 * "column=value,... where key=value and ...". changed: by column of the trigger;
 * where none is, the first key is set to what it is.
 */
extern text *update_as_sql(CaptureTrigger *trigger, Row *old, Row *new, const bool *changed);

/* "key=value and ...". Error: Unexpected NULL key value (also update_as_sql) */
extern text *delete_as_sql(CaptureTrigger *trigger, Row *old);

#endif
