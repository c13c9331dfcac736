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
	SubTransactionId subid;
	CommandId	cid;			/* of the first one */
	MemoryContext context;		/* holds this, the slots and tuple_context */
	MemoryContext tuple_context;
	TupleDesc	desc;
	Size		nbytes;
	int			ntuples;
	int			nslots;
	int			maxslots;
	TupleTableSlot **slots;		/* the first ntuples hold events */
} PendingEvents;

static PendingEvents *pending;	/* in TopTransactionContext */

static ExecutorStart_hook_type next_executor_start;
static ExecutorFinish_hook_type next_executor_finish;
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

static TupleTableSlot *
make_slot(Oid table, TupleDesc desc)
{
	/* The descriptor is a copy without a reference count: counting costs more than all the rest of a slot. */
	TupleTableSlot *slot = MakeSingleTupleTableSlot(desc, &TTSOpsHeapTuple);

	Assert(desc->tdrefcount < 0);
	slot->tts_tableOid = table;
	return slot;
}

static void
write_pending(PendingEvents *events)
{
	int			ntuples = events->ntuples;

	if (ntuples == 0)
		return;
	/* Index expressions of a site's own may run anything, even come back here. */
	events->ntuples = 0;
	events->nbytes = 0;
	write_slots(events->table, events->slots, ntuples, events->cid);
	for (int i = 0; i < ntuples; i++)
		ExecClearTuple(events->slots[i]);
	MemoryContextReset(events->tuple_context);
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

/* Writes what the current subtransaction has collected. */
static void
write_pending_events(void)
{
	SubTransactionId subid = GetCurrentSubTransactionId();
	PendingEvents *events = pending;

	while (events)
	{
		if (events->subid != subid)
		{
			events = events->next;
			continue;
		}
		write_pending(events);
		drop_pending(events);
		events = pending;
	}
}

static PendingEvents *
find_pending(Oid table)
{
	SubTransactionId subid = GetCurrentSubTransactionId();

	for (PendingEvents *events = pending; events; events = events->next)
	{
		if (events->table == table && events->subid == subid)
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
	events->tuple_context = AllocSetContextCreate(context, "pgq pending tuples", ALLOCSET_DEFAULT_SIZES);
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
		MemoryContext old = MemoryContextSwitchTo(events->context);

		events->slots[events->nslots++] = make_slot(events->table, events->desc);
		MemoryContextSwitchTo(old);
	}
	return events->slots[events->ntuples];
}

void
add_pending_event(Oid table, TupleDesc desc, Datum *values, bool *isnull)
{
	PendingEvents *events = find_pending(table);
	TupleTableSlot *slot;
	HeapTuple	tuple;
	MemoryContext old;

	if (!events)
		events = start_pending(table, desc);
	if (events->ntuples == 0)
		events->cid = GetCurrentCommandId(true);
	slot = next_slot(events);
	old = MemoryContextSwitchTo(events->tuple_context);
	tuple = heap_form_tuple(events->desc, values, isnull);
	MemoryContextSwitchTo(old);
	ExecStoreHeapTuple(tuple, slot, false);
	events->ntuples++;
	events->nbytes += tuple->t_len;
	if (events->ntuples == MAX_PENDING_EVENTS || events->nbytes >= MAX_PENDING_BYTES)
		write_pending(events);
}

void
write_event(Oid table, TupleDesc desc, Datum *values, bool *isnull)
{
	HeapTuple	tuple = heap_form_tuple(desc, values, isnull);
	TupleTableSlot *slot = make_slot(table, desc);

	ExecStoreHeapTuple(tuple, slot, false);
	write_slots(table, &slot, 1, GetCurrentCommandId(true));
	ExecDropSingleTupleTableSlot(slot);
	heap_freetuple(tuple);
}

/*
 * The first statement of a session that fires a capture trigger began before
 * this module was there. What it collected is written here when the next one
 * begins, with the command id of its making, so that this one sees it. The
 * queries of foreign keys belong to the statement around them and look for no
 * events.
 */
static void
executor_start(QueryDesc *query, int eflags)
{
	if (pending && !(eflags & EXEC_FLAG_SKIP_TRIGGERS))
		write_pending_events();
	if (next_executor_start)
		next_executor_start(query, eflags);
	else
		standard_ExecutorStart(query, eflags);
}

static void
executor_finish(QueryDesc *query)
{
	if (next_executor_finish)
		next_executor_finish(query);
	else
		standard_ExecutorFinish(query);
	if (pending && !(query->estate->es_top_eflags & EXEC_FLAG_SKIP_TRIGGERS))
		write_pending_events();
}

/*
 * COPY, TRUNCATE and SET CONSTRAINTS fire triggers by themselves; SAVEPOINT
 * must not find anything that belongs before it.
 */
static void
process_utility(PlannedStmt *statement, const char *query, bool read_only_tree, ProcessUtilityContext context,
				ParamListInfo params, QueryEnvironment *environment, DestReceiver *dest, QueryCompletion *completion)
{
	if (pending)
		write_pending_events();
	if (next_process_utility)
		next_process_utility(statement, query, read_only_tree, context, params, environment, dest, completion);
	else
		standard_ProcessUtility(statement, query, read_only_tree, context, params, environment, dest, completion);
	if (pending)
		write_pending_events();
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
				/* Deferred triggers ran, their snapshot is gone. */
				PushActiveSnapshot(GetTransactionSnapshot());
				write_pending_events();
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

static void
subtransaction_event(SubXactEvent event, SubTransactionId subid, SubTransactionId parent, void *arg)
{
	PendingEvents *next;

	if (event == SUBXACT_EVENT_PRE_COMMIT_SUB)
	{
		if (pending)
			write_pending_events();
	}
	else if (event == SUBXACT_EVENT_ABORT_SUB)
	{
		for (PendingEvents *events = pending; events; events = next)
		{
			next = events->next;
			if (events->subid == subid)
				drop_pending(events);
		}
	}
}

void
init_event_buffer(void)
{
	next_executor_start = ExecutorStart_hook;
	ExecutorStart_hook = executor_start;
	next_executor_finish = ExecutorFinish_hook;
	ExecutorFinish_hook = executor_finish;
	next_process_utility = ProcessUtility_hook;
	ProcessUtility_hook = process_utility;
	RegisterXactCallback(transaction_event, NULL);
	RegisterSubXactCallback(subtransaction_event, NULL);
}
