/*
 * trigger_args.h
 *		The arguments of a capture trigger.
 */
#ifndef PGQ_SERVER_TRIGGER_ARGS_H
#define PGQ_SERVER_TRIGGER_ARGS_H

#include "nodes/pg_list.h"
#include "utils/reltrigger.h"

/* Fields that an expression may replace, in the order of evaluation. */
enum Override
{
	OVERRIDE_TYPE,
	OVERRIDE_DATA,
	OVERRIDE_EXTRA1,
	OVERRIDE_EXTRA2,
	OVERRIDE_EXTRA3,
	OVERRIDE_EXTRA4,
	OVERRIDE_WHEN,
	NOVERRIDES
};

typedef struct TriggerArgs
{
	const char *queue_name;
	bool		skip;
	bool		backup;
	bool		deny;
	bool		has_ignore;
	bool		has_pkey;
	bool		has_overrides;
	List	   *ignore;			/* of char * */
	List	   *pkey;			/* of char * */
	const char *overrides[NOVERRIDES];	/* expressions, or NULL */
	const char *kinds;			/* of pgq.logtriga: a character per column */
} TriggerArgs;

/*
 * Takes the arguments apart. Everything is allocated in the current context.
 * Errors: pgq trigger must have destination queue as argument; bad param to pgq trigger
 */
extern void parse_trigger_args(const Trigger *trigger, TriggerArgs *args);

/* The same for pgq.logtriga(queue, columns [, table]). */
extern void parse_logtriga_args(const Trigger *trigger, TriggerArgs *args);

#endif
