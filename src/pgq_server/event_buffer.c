/*
 * event_buffer.c
 *		See event_buffer.h.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "executor/executor.h"
#include "nodes/execnodes.h"
#include "tcop/utility.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "event_buffer.h"

/* As many rows at a time as COPY writes. */
#define MAX_PENDING_EVENTS 1000
#define MAX_PENDING_BYTES (256 * 1024)

typedef struct PendingEvents
{
	struct PendingEvents *next;
	Oid			table;
	SubTransactionId subid;		/* they belong to */
	SubTransactionId written_in;	/* one below it that has written them: if it aborts they wait again */
	CommandId	cid;			/* of the first one */
	MemoryContext context;		/* holds this and all below */
	TupleDesc	desc;
	Size		nbytes;
	int			ntuples;
	int			nslots;
	int			maxslots;
	TupleTableSlot **slots;		/* the first ntuples hold events */
} PendingEvents;

static PendingEvents *pending;	/* in TopTransactionContext */

static ExecutorStart_hook_type next_executor_start;
static ProcessUtility_hook_type next_process_utility;

static void
write_slots(Oid table, TupleTableSlot **slots, int nslots, CommandId cid)
{
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "pgq events", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(scratch);
	Relation	relation = table_open(table, RowExclusiveLock);
	EState	   *estate = CreateExecutorState();
	ResultRelInfo *target = makeNode(ResultRelInfo);

	InitResultRelInfo(target, relation, 1, NULL, 0);
	ExecOpenIndices(target, false);
	table_multi_insert(relation, slots, nslots, cid, TABLE_INSERT_SKIP_FSM, NULL);
	if (target->ri_NumIndices > 0)
	{
		for (int i = 0; i < nslots; i++)
		{
			(void) ExecInsertIndexTuples(target, slots[i], estate, false, false, NULL, NIL
#if PG_VERSION_NUM >= 160000
										 ,false
#endif
				);
			ResetPerTupleExprContext(estate);
		}
	}
	ExecCloseIndices(target);
	FreeExecutorState(estate);
	table_close(relation, NoLock);	/* the lock stays until the transaction ends */
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
}

static void
drop_pending(PendingEvents *events)
{
	for (PendingEvents **link = &pending; *link; link = &(*link)->next)
	{
		if (*link == events)
		{
			*link = events->next;
			break;
		}
	}
	MemoryContextDelete(events->context);
}

/*
 * Index expressions of a site's own may run anything, even come back here:
 * what is being written takes no more events.
 */
static void
write_events(PendingEvents *events, SubTransactionId current)
{
	events->written_in = current;
	write_slots(events->table, events->slots, events->ntuples, events->cid);
}

/* Of this table, to make room. */
static void
write_and_clear(PendingEvents *events)
{
	write_events(events, events->subid);
	for (int i = 0; i < events->ntuples; i++)
		ExecClearTuple(events->slots[i]);
	events->ntuples = 0;
	events->nbytes = 0;
	events->written_in = InvalidSubTransactionId;
}

static PendingEvents *
find_unwritten(SubTransactionId subid)
{
	for (PendingEvents *events = pending; events; events = events->next)
	{
		if (events->written_in == InvalidSubTransactionId && (subid == InvalidSubTransactionId || events->subid == subid))
			return events;
	}
	return NULL;
}

static void
write_events_of(SubTransactionId subid)
{
	PendingEvents *events;

	while ((events = find_unwritten(subid)) != NULL)
	{
		write_events(events, subid);
		drop_pending(events);
	}
}

/*
 * Those of the subtransactions around the current one can only be written in
 * this one: they are kept until it is known how it ends.
 */
static void
write_all_events(void)
{
	SubTransactionId current = GetCurrentSubTransactionId();
	PendingEvents *events;

	write_events_of(current);
	while ((events = find_unwritten(InvalidSubTransactionId)) != NULL)
		write_events(events, current);
}

static PendingEvents *
find_pending(Oid table)
{
	SubTransactionId subid = GetCurrentSubTransactionId();

	for (PendingEvents *events = pending; events; events = events->next)
	{
		if (events->table == table && events->subid == subid && events->written_in == InvalidSubTransactionId)
			return events;
	}
	return NULL;
}

bool
holds_pending_events(Oid table)
{
	return find_pending(table) != NULL;
}

static PendingEvents *
start_pending(Oid table, TupleDesc desc)
{
	MemoryContext context = AllocSetContextCreate(TopTransactionContext, "pgq pending events", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	PendingEvents *events = palloc0(sizeof(PendingEvents));

	events->context = context;
	events->table = table;
	events->desc = CreateTupleDescCopy(desc);
	events->subid = GetCurrentSubTransactionId();
	events->maxslots = 16;
	events->slots = palloc(sizeof(TupleTableSlot *) * events->maxslots);
	MemoryContextSwitchTo(old);
	events->next = pending;
	pending = events;
	return events;
}

static TupleTableSlot *
next_slot(PendingEvents *events)
{
	if (events->ntuples == events->maxslots)
	{
		events->maxslots *= 4;
		events->slots = repalloc(events->slots, sizeof(TupleTableSlot *) * events->maxslots);
	}
	if (events->ntuples == events->nslots)
	{
		/* The descriptor is a copy without a reference count: counting costs more than all the rest of a slot. */
		TupleTableSlot *slot = MakeSingleTupleTableSlot(events->desc, &TTSOpsHeapTuple);

		Assert(events->desc->tdrefcount < 0);
		slot->tts_tableOid = events->table;
		events->slots[events->nslots++] = slot;
	}
	return events->slots[events->ntuples];
}

void
add_event(Oid table, TupleDesc desc, Datum *values, bool *isnull)
{
	PendingEvents *events = find_pending(table);
	TupleTableSlot *slot;
	HeapTuple	tuple;
	MemoryContext old;

	if (!events)
		events = start_pending(table, desc);
	if (events->ntuples == 0)
		events->cid = GetCurrentCommandId(true);
	old = MemoryContextSwitchTo(events->context);
	slot = next_slot(events);
	tuple = heap_form_tuple(events->desc, values, isnull);
	ExecStoreHeapTuple(tuple, slot, true);
	MemoryContextSwitchTo(old);
	events->ntuples++;
	events->nbytes += tuple->t_len;
	if (events->ntuples == MAX_PENDING_EVENTS || events->nbytes >= MAX_PENDING_BYTES)
		write_and_clear(events);
}

/*
 * The workers of a parallel query see what is written when they start, and may
 * call functions with queries of their own.
 */
static bool
may_read_pending(const PlannedStmt *statement)
{
	ListCell   *cell;

	if (statement->parallelModeNeeded)
		return true;
	foreach(cell, statement->rtable)
	{
		RangeTblEntry *entry = lfirst(cell);

		if (entry->rtekind != RTE_RELATION)
			continue;
		for (PendingEvents *events = pending; events; events = events->next)
		{
			if (events->table == entry->relid)
				return true;
		}
	}
	return false;
}

static void
executor_start(QueryDesc *query, int eflags)
{
	if (pending && may_read_pending(query->plannedstmt))
		write_all_events();
	if (next_executor_start)
		next_executor_start(query, eflags);
	else
		standard_ExecutorStart(query, eflags);
}

static void
process_utility(PlannedStmt *statement, const char *query, bool read_only_tree, ProcessUtilityContext context,
				ParamListInfo params, QueryEnvironment *environment, DestReceiver *dest, QueryCompletion *completion)
{
	if (pending && !IsA(statement->utilityStmt, TransactionStmt))
		write_all_events();
	if (next_process_utility)
		next_process_utility(statement, query, read_only_tree, context, params, environment, dest, completion);
	else
		standard_ProcessUtility(statement, query, read_only_tree, context, params, environment, dest, completion);
}

static void
transaction_event(XactEvent event, void *arg)
{
	switch (event)
	{
		case XACT_EVENT_PRE_COMMIT:
		case XACT_EVENT_PRE_PREPARE:
			if (pending)
			{
				/* No statement is running. */
				PushActiveSnapshot(GetTransactionSnapshot());
				write_all_events();
				PopActiveSnapshot();
			}
			break;
		case XACT_EVENT_COMMIT:
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PREPARE:
			pending = NULL;		/* its memory goes with the transaction */
			break;
		default:
			break;
	}
}

/* What subid has written for those around it is from now on written in its parent. */
static void
pass_to_parent(SubTransactionId subid, SubTransactionId parent)
{
	PendingEvents *next;

	for (PendingEvents *events = pending; events; events = next)
	{
		next = events->next;
		if (events->written_in != subid)
			continue;
		events->written_in = parent;
		if (events->subid == parent)
			drop_pending(events);
	}
}

static void
forget_aborted(SubTransactionId subid)
{
	PendingEvents *next;

	for (PendingEvents *events = pending; events; events = next)
	{
		next = events->next;
		if (events->subid == subid)
			drop_pending(events);
		else if (events->written_in == subid)
			events->written_in = InvalidSubTransactionId;
	}
}

static void
subtransaction_event(SubXactEvent event, SubTransactionId subid, SubTransactionId parent, void *arg)
{
	switch (event)
	{
		case SUBXACT_EVENT_PRE_COMMIT_SUB:
			write_events_of(subid);
			break;
		case SUBXACT_EVENT_COMMIT_SUB:
			pass_to_parent(subid, parent);
			break;
		case SUBXACT_EVENT_ABORT_SUB:
			forget_aborted(subid);
			break;
		default:
			break;
	}
}

void
init_event_buffer(void)
{
	next_executor_start = ExecutorStart_hook;
	ExecutorStart_hook = executor_start;
	next_process_utility = ProcessUtility_hook;
	ProcessUtility_hook = process_utility;
	RegisterXactCallback(transaction_event, NULL);
	RegisterSubXactCallback(subtransaction_event, NULL);
}
