/*
 * capture_trigger.c
 *		See capture_trigger.h.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_trigger.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "capture_columns.h"
#include "capture_trigger.h"
#include "queue_cache.h"
#include "row_format.h"

static HTAB *triggers;			/* trigger oid -> CaptureTrigger */
static bool some_are_stale;
static CaptureTrigger *replaced;	/* contents of entries that were made anew, until the transaction ends */

/*
 * Nothing is freed here: the entry may be in use.
 */
static void
table_changed(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS scan;
	CaptureTrigger *trigger;

	if (!triggers)
		return;
	hash_seq_init(&scan, triggers);
	while ((trigger = hash_seq_search(&scan)) != NULL)
	{
		if (relid == InvalidOid || relid == trigger->relid || relid == trigger->named_relid)
		{
			trigger->valid = false;
			some_are_stale = true;
		}
	}
}

static void
schema_changed(Datum arg, int cache, uint32 hash)
{
	table_changed((Datum) 0, InvalidOid);
}

static void
free_plans(CaptureTrigger *trigger)
{
	for (int i = 0; i < NOVERRIDES; i++)
	{
		if (trigger->plans[i])
			SPI_freeplan(trigger->plans[i]);
	}
}

/*
 * When the transaction is over nobody uses an entry: stale ones go, so that
 * triggers that are made and dropped all the time do not pile up.
 */
static void
transaction_event(XactEvent event, void *arg)
{
	HASH_SEQ_STATUS scan;
	CaptureTrigger *trigger;

	if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE)
		return;
	while (replaced)
	{
		CaptureTrigger *next = replaced->next_replaced;

		free_plans(replaced);
		MemoryContextDelete(replaced->context);
		replaced = next;
	}
	if (!some_are_stale)
		return;
	some_are_stale = false;
	hash_seq_init(&scan, triggers);
	while ((trigger = hash_seq_search(&scan)) != NULL)
	{
		if (trigger->valid)
			continue;
		free_plans(trigger);
		MemoryContextDelete(trigger->context);
		(void) hash_search(triggers, &trigger->trigger_oid, HASH_REMOVE, NULL);
	}
}

void
init_capture_triggers(void)
{
	HASHCTL		control = {0};

	control.keysize = sizeof(Oid);
	control.entrysize = sizeof(CaptureTrigger);
	triggers = hash_create("pgq capture triggers", 64, &control, HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(table_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, schema_changed, (Datum) 0);
	RegisterXactCallback(transaction_event, NULL);
}

/*
 * Subscribers know the table that the trigger was made on: for a partition
 * that inherited the trigger, the partitioned table.
 */
static Oid
table_of_original(const TriggerData *data)
{
	Oid			trigger_oid = data->tg_trigger->tgoid;
	Oid			relid = RelationGetRelid(data->tg_relation);
	Relation	catalog;

	if (!data->tg_trigger->tgisclone)
		return relid;
	catalog = table_open(TriggerRelationId, AccessShareLock);
	while (OidIsValid(trigger_oid))
	{
		ScanKeyData key;
		SysScanDesc scan;
		HeapTuple	tuple;

		ScanKeyInit(&key, Anum_pg_trigger_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(trigger_oid));
		scan = systable_beginscan(catalog, TriggerOidIndexId, true, NULL, 1, &key);
		tuple = systable_getnext(scan);
		trigger_oid = InvalidOid;
		if (HeapTupleIsValid(tuple))
		{
			relid = ((Form_pg_trigger) GETSTRUCT(tuple))->tgrelid;
			trigger_oid = ((Form_pg_trigger) GETSTRUCT(tuple))->tgparentid;
		}
		systable_endscan(scan);
	}
	table_close(catalog, AccessShareLock);
	return relid;
}

static text *
event_type(CaptureTrigger *trigger, const char *operation)
{
	StringInfoData buffer;
	const char *separator = "";

	initStringInfo(&buffer);
	switch (trigger->format)
	{
		case FORMAT_SQL:
		case FORMAT_SQL_BY_KINDS:
			appendStringInfoChar(&buffer, operation[0] == 'T' ? 'R' : operation[0]);
			break;
		case FORMAT_URLENCODED:
			appendStringInfoChar(&buffer, operation[0] == 'T' ? 'R' : operation[0]);
			if (operation[0] == 'T')
				break;
			appendStringInfoChar(&buffer, ':');
			for (int i = 0; i < trigger->nkeys; i++)
			{
				appendStringInfo(&buffer, "%s%s", separator, trigger->keys[i]->name);
				separator = ",";
			}
			break;
		case FORMAT_JSON:
			appendStringInfo(&buffer, "{\"op\":\"%s\",\"table\":[", operation);
			append_json_string(&buffer, trigger->schema_name, strlen(trigger->schema_name));
			appendStringInfoChar(&buffer, ',');
			append_json_string(&buffer, trigger->table_name, strlen(trigger->table_name));
			appendStringInfoString(&buffer, "],\"pkey\":[");
			for (int i = 0; i < trigger->nkeys; i++)
			{
				appendStringInfo(&buffer, "%s%s", separator, trigger->keys[i]->json_name);
				separator = ",";
			}
			appendStringInfoString(&buffer, "]}");
			break;
	}
	return cstring_to_text_with_len(buffer.data, buffer.len);
}

static void
fill_trigger(CaptureTrigger *trigger, const TriggerData *data)
{
	if (trigger->format == FORMAT_SQL_BY_KINDS)
		parse_logtriga_args(data->tg_trigger, &trigger->args);
	else
		parse_trigger_args(data->tg_trigger, &trigger->args);
	trigger->relid = RelationGetRelid(data->tg_relation);
	trigger->named_relid = table_of_original(data);
	trigger->schema_name = get_namespace_name(get_rel_namespace(trigger->named_relid));
	trigger->table_name = get_rel_name(trigger->named_relid);
	trigger->extra1 = cstring_to_text(psprintf("%s.%s", trigger->schema_name, trigger->table_name));
	fill_capture_columns(trigger, data->tg_relation, data->tg_trigger->tgtype);
	trigger->types[0] = event_type(trigger, "INSERT");
	trigger->types[1] = event_type(trigger, "UPDATE");
	trigger->types[2] = event_type(trigger, "DELETE");
	trigger->types[3] = event_type(trigger, "TRUNCATE");
}

CaptureTrigger *
find_capture_trigger(const TriggerData *data, EventFormat format)
{
	Oid			oid = data->tg_trigger->tgoid;
	bool		found;
	CaptureTrigger *trigger = hash_search(triggers, &oid, HASH_FIND, NULL);
	CaptureTrigger fresh = {0};
	MemoryContext old;

	if (trigger && trigger->valid && trigger->format == format && trigger->relid == RelationGetRelid(data->tg_relation))
		return trigger;

	/* An error while it is being made must leave nothing behind. */
	fresh.trigger_oid = oid;
	fresh.format = format;
	fresh.context = AllocSetContextCreate(CurrentMemoryContext, "pgq capture trigger", ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(fresh.context);
	fill_trigger(&fresh, data);
	MemoryContextSwitchTo(old);

	trigger = hash_search(triggers, &oid, HASH_ENTER, &found);
	if (found)
	{
		/* A call further up may still use the old contents. */
		CaptureTrigger *old_contents = MemoryContextAlloc(trigger->context, sizeof(CaptureTrigger));

		*old_contents = *trigger;
		old_contents->next_replaced = replaced;
		replaced = old_contents;
	}
	*trigger = fresh;
	trigger->valid = true;
	MemoryContextSetParent(trigger->context, TopMemoryContext);
	return trigger;
}
