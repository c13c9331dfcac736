/*
 * event_buffer.h
 *		Collects events and writes many at a time to their table.
 *
 * Event ids are given out when an event is made, so the order of events never
 * depends on when they are written. Collected events belong to the
 * subtransaction that made them, and are gone with it.
 *
 * What is collected is written before a subtransaction or the transaction
 * commits, when there is much of it, and before anything that might read it: a
 * query with the table in its range table or with parallel workers, a utility
 * statement. So a later query of the transaction sees the events, wherever it
 * runs, and a transaction of many small statements writes once. Only C code
 * that scans an event table without the executor finds them missing.
 */
#ifndef PGQ_SERVER_EVENT_BUFFER_H
#define PGQ_SERVER_EVENT_BUFFER_H

#include "access/tupdesc.h"

extern void init_event_buffer(void);

/* This subtransaction has events for the table waiting: it holds its lock. */
extern bool holds_pending_events(Oid table);

/*
 * The caller holds a lock on the table until the subtransaction ends. desc: of
 * the table, with the columns of EventColumn, and not reference-counted.
 */
extern void add_event(Oid table, TupleDesc desc, Datum *values, bool *isnull);

#endif
