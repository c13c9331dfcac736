/*
 * event_buffer.c
 *		See event_buffer.h.
 */
#include "postgres.h"

#include "access/heapam.h"
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
	MemoryContext context;		/* holds this and the tuples */
	Size		nbytes;
	int			ntuples;
	int			maxtuples;
	HeapTuple  *tuples;
} PendingEvents;

static PendingEvents *pending;	/* in TopTransactionContext */
static int	statement_depth;	/* calls of the hooks below that are under way */

static ExecutorFinish_hook_type next_executor_finish;
static ProcessUtility_hook_type next_process_utility;

static void
write_tuples(Oid table, HeapTuple *tuples, int ntuples)
{
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "pgq events", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(scratch);
	Relation	relation = table_open(table, RowExclusiveLock);
	EState	   *estate = CreateExecutorState();
	ResultRelInfo *target = makeNode(ResultRelInfo);
	TupleTableSlot **slots = palloc(sizeof(TupleTableSlot *) * ntuples);

	InitResultRelInfo(target, relation, 1, NULL, 0);
	ExecOpenIndices(target, false);
	for (int i = 0; i < ntuples; i++)
	{
		slots[i] = MakeSingleTupleTableSlot(RelationGetDescr(relation), &TTSOpsHeapTuple);
		slots[i]->tts_tableOid = table;
		ExecStoreHeapTuple(tuples[i], slots[i], false);
	}
	table_multi_insert(relation, slots, ntuples, GetCurrentCommandId(true), 0, NULL);
	if (target->ri_NumIndices > 0)
	{
		for (int i = 0; i < ntuples; i++)
		{
			(void) ExecInsertIndexTuples(target, slots[i], estate, false, false, NULL, NIL
#if PG_VERSION_NUM >= 160000
										 ,false
#endif
				);
			ResetPerTupleExprContext(estate);
		}
	}
	for (int i = 0; i < ntuples; i++)
		ExecDropSingleTupleTableSlot(slots[i]);
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
		if (events->ntuples > 0)
		{
			int			ntuples = events->ntuples;

			/* Index expressions of a site's own may run anything, even come back here. */
			events->ntuples = 0;
			write_tuples(events->table, events->tuples, ntuples);
		}
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
events_can_wait(void)
{
	return statement_depth > 0;
}

bool
holds_pending_events(Oid table)
{
	return find_pending(table) != NULL;
}

void
add_pending_event(Oid table, HeapTuple tuple)
{
	PendingEvents *events = find_pending(table);
	MemoryContext old;

	if (!events)
	{
		MemoryContext context = AllocSetContextCreate(TopTransactionContext, "pgq pending events", ALLOCSET_DEFAULT_SIZES);

		events = MemoryContextAllocZero(context, sizeof(PendingEvents));
		events->context = context;
		events->table = table;
		events->subid = GetCurrentSubTransactionId();
		events->maxtuples = 16;
		events->tuples = MemoryContextAlloc(context, sizeof(HeapTuple) * events->maxtuples);
		events->next = pending;
		pending = events;
	}
	if (events->ntuples == events->maxtuples)
	{
		events->maxtuples = Min(events->maxtuples * 4, MAX_PENDING_EVENTS);
		events->tuples = repalloc(events->tuples, sizeof(HeapTuple) * events->maxtuples);
	}
	old = MemoryContextSwitchTo(events->context);
	events->tuples[events->ntuples++] = heap_copytuple(tuple);
	MemoryContextSwitchTo(old);
	events->nbytes += tuple->t_len;
	if (events->ntuples == MAX_PENDING_EVENTS || events->nbytes >= MAX_PENDING_BYTES)
		write_pending_events();
}

void
write_event(Oid table, HeapTuple tuple)
{
	write_tuples(table, &tuple, 1);
}

static void
executor_finish(QueryDesc *query)
{
	statement_depth++;
	PG_TRY();
	{
		if (next_executor_finish)
			next_executor_finish(query);
		else
			standard_ExecutorFinish(query);

		/*
		 * The queries of foreign keys leave their triggers to the statement
		 * around them, so they end nothing.
		 */
		if (pending && !(query->estate->es_top_eflags & EXEC_FLAG_SKIP_TRIGGERS))
			write_pending_events();
	}
	PG_FINALLY();
	{
		statement_depth--;
	}
	PG_END_TRY();
}

/*
 * COPY, TRUNCATE and SET CONSTRAINTS fire triggers by themselves.
 */
static void
process_utility(PlannedStmt *statement, const char *query, bool read_only_tree, ProcessUtilityContext context,
				ParamListInfo params, QueryEnvironment *environment, DestReceiver *dest, QueryCompletion *completion)
{
	statement_depth++;
	PG_TRY();
	{
		if (next_process_utility)
			next_process_utility(statement, query, read_only_tree, context, params, environment, dest, completion);
		else
			standard_ProcessUtility(statement, query, read_only_tree, context, params, environment, dest, completion);
		if (pending)
			write_pending_events();
	}
	PG_FINALLY();
	{
		statement_depth--;
	}
	PG_END_TRY();
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
	next_executor_finish = ExecutorFinish_hook;
	ExecutorFinish_hook = executor_finish;
	next_process_utility = ProcessUtility_hook;
	ProcessUtility_hook = process_utility;
	RegisterXactCallback(transaction_event, NULL);
	RegisterSubXactCallback(subtransaction_event, NULL);
}
