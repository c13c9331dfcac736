/*
 * queue_cache.h
 *		The rows of pgq.queue that this backend writes events to.
 *
 * An entry is what the newest committed row says, not what the transaction's
 * snapshot shows: an event must never go to a table that a rotation has left
 * behind, nor into a queue that has been closed. The trigger queue_changed on
 * pgq.queue sends a relcache invalidation for each change; where somebody has
 * removed it, every event reads the row again.
 */
#ifndef PGQ_SERVER_QUEUE_CACHE_H
#define PGQ_SERVER_QUEUE_CACHE_H

#include "access/tupdesc.h"

/* Columns of an event table, in the order of pgq.event_template. */
enum EventColumn
{
	EV_ID,
	EV_TIME,
	EV_TXID,
	EV_OWNER,
	EV_RETRY,
	EV_TYPE,
	EV_DATA,
	EV_EXTRA1,
	EV_EXTRA2,
	EV_EXTRA3,
	EV_EXTRA4,
	EVENT_NCOLUMNS
};

typedef struct Queue
{
	struct Queue *next;
	bool		valid;			/* still what pgq.queue says */
	int32		id;
	bool		disable_insert;
	int32		per_tx_limit;	/* negative: none */
	bool		key_updates;	/* an UPDATE may change a row's key */
	Oid			event_table;	/* the current one */
	Oid			event_seq;
	TupleDesc	event_desc;		/* of the event table; NULL: it is not plain, events have to be written by SQL */
	char		name[FLEXIBLE_ARRAY_MEMBER];
} Queue;

extern void init_queue_cache(void);

/*
 * The queue, with its current event table locked for writing until the end of
 * the transaction. Takes the transaction id first: that id decides which
 * readers will look into the table. Valid until the next call.
 * Error: No such queue
 */
extern Queue *open_queue(const char *name);

#endif
