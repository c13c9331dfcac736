/*
 * event_positions.h
 *		Where the event sequences of queues stand, beside where the ticker has
 *		seen them stand.
 */
#ifndef EVENT_POSITIONS_H
#define EVENT_POSITIONS_H

#include "postgres.h"

#include "utils/array.h"

typedef struct EventPositions
{
	int			count;
	Oid		   *sequences;
	int64	   *positions;		/* as seen */
} EventPositions;

/* From arrays of oid and bigint, in the current context. `caller`: for errors. */
extern EventPositions event_positions(const char *caller, ArrayType *sequences, ArrayType *positions);

/* Whether any stands elsewhere. */
extern bool any_event_moved(const EventPositions *known);

/* The numbers, from 1, of those that stand elsewhere: an int4 array. */
extern ArrayType *moved_events(const EventPositions *known);

#endif
