/*
 * event_buffer.h
 *		Writes events to their table: at once, or collected until the end of
 *		the statement that made them.
 *
 * Event ids are given out when an event is made, so the order of events never
 * depends on when they are written. Collected events belong to the
 * subtransaction that made them: they are written in it and gone with it.
 *
 * What is collected is written at the end of the statement (also of a nested
 * one), when another statement begins, before a subtransaction or the
 * transaction commits, and when there is much of it. So a later statement of
 * the transaction sees the events. What does not see them: a query inside an
 * exception block of PL/pgSQL in a trigger of *another* table that a foreign
 * key of this same statement has led to.
 */
#ifndef PGQ_SERVER_EVENT_BUFFER_H
#define PGQ_SERVER_EVENT_BUFFER_H

#include "access/tupdesc.h"

extern void init_event_buffer(void);

/* This subtransaction has events for the table waiting: it holds its lock. */
extern bool holds_pending_events(Oid table);

/*
 * The caller holds a lock on the table. desc: of the table, with the columns of
 * EventColumn, and not reference-counted.
 */
extern void add_pending_event(Oid table, TupleDesc desc, Datum *values, bool *isnull);
extern void write_event(Oid table, TupleDesc desc, Datum *values, bool *isnull);

#endif
