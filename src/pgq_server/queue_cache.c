/*
 * queue_cache.c
 *		See queue_cache.h.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "event_buffer.h"
#include "queue_cache.h"
#include "ticker_wait.h"

PG_FUNCTION_INFO_V1(pgq_queue_changed);

static Queue *queues;			/* the last one used comes first */
static Oid	queue_relid;		/* of pgq.queue when the entries were read */
static bool changed_meanwhile;	/* an invalidation arrived while a row was being read */

static void
relation_changed(Datum arg, Oid relid)
{
	if (relid == InvalidOid || relid == queue_relid)
		changed_meanwhile = true;
	for (Queue *queue = queues; queue; queue = queue->next)
	{
		if (relid == InvalidOid || relid == queue_relid || relid == queue->event_table)
			queue->valid = false;
	}
}

void
init_queue_cache(void)
{
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
}

static Oid
find_pgq_relation(const char *name, bool missing_ok)
{
	Oid			relid = get_relname_relid(name, get_namespace_oid("pgq", false));

	if (!OidIsValid(relid) && !missing_ok)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"pgq.%s\" does not exist", name)));
	return relid;
}

/*
 * Trigger on pgq.queue and pgq.queue_setting: an update of an ordinary table
 * invalidates nothing by itself.
 */
Datum
pgq_queue_changed(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("pgq._queue_changed not called as trigger")));
	CacheInvalidateRelcacheByRelid(find_pgq_relation("queue", false));
	wake_ticker_at_commit();
	return PointerGetDatum(NULL);
}

/*
 * Without the trigger nobody tells us of changes.
 */
static bool
changes_are_announced(Relation queue_table)
{
	TriggerDesc *triggers = queue_table->trigdesc;

	for (int i = 0; triggers && i < triggers->numtriggers; i++)
	{
		Trigger    *trigger = &triggers->triggers[i];
		char	   *function;
		bool		ours;

		if (trigger->tgenabled != TRIGGER_FIRES_ALWAYS)
			continue;
		function = get_func_name(trigger->tgfoid);
		ours = function && strcmp(function, "_queue_changed") == 0;
		if (function)
			pfree(function);
		if (ours)
			return true;
	}
	return false;
}

/*
 * A copy of the event table's descriptor when the table can be written to
 * without the executor: nothing there but the columns of the template.
 */
static TupleDesc
plain_event_desc(Relation table)
{
	static const Oid types[EVENT_NCOLUMNS] = {
		INT8OID, TIMESTAMPTZOID, INT8OID, INT4OID, INT4OID,
		TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID
	};
	static const char *const names[EVENT_NCOLUMNS] = {
		"ev_id", "ev_time", "ev_txid", "ev_owner", "ev_retry",
		"ev_type", "ev_data", "ev_extra1", "ev_extra2", "ev_extra3", "ev_extra4"
	};
	TupleDesc	desc = RelationGetDescr(table);
	TupleDesc	copy;
	MemoryContext old;

	if (table->rd_rel->relkind != RELKIND_RELATION || table->rd_rel->relispartition ||
		table->rd_rel->relrowsecurity || table->trigdesc || table->rd_rules ||
		desc->natts != EVENT_NCOLUMNS ||
		(desc->constr && (desc->constr->num_check > 0 || desc->constr->has_generated_stored)))
		return NULL;
	for (int i = 0; i < EVENT_NCOLUMNS; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, i);

		if (column->attisdropped || column->atttypid != types[i] || strcmp(NameStr(column->attname), names[i]) != 0 ||
			(column->attnotnull && i > EV_TXID))
			return NULL;
	}
	old = MemoryContextSwitchTo(TopMemoryContext);
	copy = CreateTupleDescCopy(desc);
	MemoryContextSwitchTo(old);
	return copy;
}

static Datum
get_column(TupleTableSlot *slot, const char *name, bool *isnull)
{
	TupleDesc	desc = slot->tts_tupleDescriptor;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, i);

		if (!column->attisdropped && strcmp(NameStr(column->attname), name) == 0)
			return slot_getattr(slot, i + 1, isnull);
	}
	/* queue_per_tx_limit came late */
	*isnull = true;
	return (Datum) 0;
}

static char *
get_text(TupleTableSlot *slot, const char *name)
{
	bool		isnull;
	Datum		value = get_column(slot, name, &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("column \"%s\" of a queue is null", name)));
	return TextDatumGetCString(value);
}

/*
 * From pgq.queue_setting; "" where nothing is set, or where the schema is older
 * than the module.
 */
static char *
queue_setting(int32 queue_id, const char *name, Snapshot snapshot)
{
	Oid			relid = find_pgq_relation("queue_setting", true);
	Relation	table;
	TableScanDesc scan;
	TupleTableSlot *slot;
	char	   *setting = "";

	if (!OidIsValid(relid))
		return setting;
	table = table_open(relid, AccessShareLock);
	slot = table_slot_create(table, NULL);
	scan = table_beginscan(table, snapshot, 0, NULL);
	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		bool		isnull;

		if (DatumGetInt32(get_column(slot, "setting_queue", &isnull)) == queue_id &&
			strcmp(get_text(slot, "setting_name"), name) == 0)
			setting = get_text(slot, "setting_value");
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	table_close(table, AccessShareLock);
	return setting;
}

static Oid
find_relation(const char *name)
{
	RangeVar   *range = makeRangeVarFromNameList(stringToQualifiedNameList(name
#if PG_VERSION_NUM >= 160000
																	,NULL
#endif
																	));

	return RangeVarGetRelid(range, NoLock, false);
}

static void
fill_queue(Queue *queue, TupleTableSlot *slot, Snapshot snapshot)
{
	bool		isnull;
	Datum		value;
	Relation	table;
	char	   *prefix = get_text(slot, "queue_data_pfx");
	int32		current = DatumGetInt32(get_column(slot, "queue_cur_table", &isnull));

	queue->id = DatumGetInt32(get_column(slot, "queue_id", &isnull));
	queue->disable_insert = DatumGetBool(get_column(slot, "queue_disable_insert", &isnull));
	value = get_column(slot, "queue_per_tx_limit", &isnull);
	queue->per_tx_limit = isnull ? -1 : Max(DatumGetInt32(value), 0);
	queue->key_updates = strcmp(queue_setting(queue->id, "key_update", snapshot), "replicate") == 0;
	queue->event_seq = find_relation(get_text(slot, "queue_event_seq"));
	queue->event_table = find_relation(psprintf("%s_%d", prefix, current));

	if (queue->event_desc)
	{
		FreeTupleDesc(queue->event_desc);
		queue->event_desc = NULL;
	}
	/* The lock also keeps the descriptor true; released with the transaction. */
	table = table_open(queue->event_table, RowExclusiveLock);
	queue->event_desc = plain_event_desc(table);
	table_close(table, NoLock);
}

static void
forget_queue(Queue *queue)
{
	for (Queue **link = &queues; *link; link = &(*link)->next)
	{
		if (*link == queue)
		{
			*link = queue->next;
			break;
		}
	}
	if (queue->event_desc)
		FreeTupleDesc(queue->event_desc);
	pfree(queue);
}

/*
 * Reads the row of a queue, by the newest snapshot.
 */
static Queue *
load_queue(Queue *queue, const char *name)
{
	Oid			relid = find_pgq_relation("queue", false);
	Relation	table;
	Snapshot	snapshot;
	TableScanDesc scan;
	TupleTableSlot *slot;
	bool		found = false;
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "pgq queue row", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(scratch);

	queue_relid = relid;
	table = table_open(relid, AccessShareLock);
	changed_meanwhile = false;
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	slot = table_slot_create(table, NULL);
	scan = table_beginscan(table, snapshot, 0, NULL);
	while (!found && table_scan_getnextslot(scan, ForwardScanDirection, slot))
		found = strcmp(get_text(slot, "queue_name"), name) == 0;
	if (found)
	{
		if (!queue)
		{
			Size		length = strlen(name) + 1;

			queue = MemoryContextAllocZero(TopMemoryContext, offsetof(Queue, name) + length);
			memcpy(queue->name, name, length);
			queue->next = queues;
			queues = queue;
		}
		queue->valid = false;
		fill_queue(queue, slot, snapshot);
		queue->valid = !changed_meanwhile && changes_are_announced(table);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	UnregisterSnapshot(snapshot);
	table_close(table, AccessShareLock);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);

	if (!found)
	{
		if (queue)
			forget_queue(queue);
		ereport(ERROR,
				(errcode(ERRCODE_RAISE_EXCEPTION),
				 errmsg("No such queue")));
	}
	return queue;
}

static Queue *
find_queue(const char *name)
{
	for (Queue **link = &queues; *link; link = &(*link)->next)
	{
		Queue	   *queue = *link;

		if (strcmp(queue->name, name) != 0)
			continue;
		*link = queue->next;
		queue->next = queues;
		queues = queue;
		return queue;
	}
	return NULL;
}

Queue *
open_queue(const char *name)
{
	Queue	   *queue;

	(void) GetTopTransactionId();
	for (;;)
	{
		Oid			locked;

		/*
		 * A statement that runs for long, or whose locks the transaction had
		 * already, has not heard of changes since.
		 */
		AcceptInvalidationMessages();
		queue = find_queue(name);
		if (queue && queue->valid && holds_pending_events(queue->event_table))
			return queue;
		if (queue && queue->valid)
		{
			/*
			 * Whoever closes the queue or rotates waits for this lock, or we
			 * wait for him and then see what he has done.
			 */
			locked = queue->event_table;
			LockRelationOid(locked, RowExclusiveLock);
			if (queue->valid)
				return queue;
		}
		queue = load_queue(queue, name);
		if (queue->valid)
			return queue;
		/* A change came while we waited for the lock, or nobody announces changes: read once more under the lock. */
		locked = queue->event_table;
		queue = load_queue(queue, name);
		if (queue->event_table == locked)
			return queue;
	}
}
