/*
 * capture_trigger.c
 *		See capture_trigger.h.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_index.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "capture_trigger.h"
#include "queue_cache.h"
#include "row_format.h"

#define MAGIC_PREFIX "_pgq_ev_"

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

static CaptureColumn *
find_column(CaptureTrigger *trigger, const char *name)
{
	for (int i = 0; i < trigger->ncolumns; i++)
	{
		if (strcmp(trigger->columns[i].name, name) == 0)
			return &trigger->columns[i];
	}
	return NULL;
}

static void
add_key(CaptureTrigger *trigger, CaptureColumn *column)
{
	if (!column || column->is_key)
		return;
	column->is_key = true;
	trigger->keys[trigger->nkeys++] = column;
}

static void
find_primary_key(CaptureTrigger *trigger, Relation table)
{
	List	   *indexes = RelationGetIndexList(table);
	ListCell   *cell;

	foreach(cell, indexes)
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(cell)));
		Form_pg_index index;

		if (!HeapTupleIsValid(tuple))
			continue;
		index = (Form_pg_index) GETSTRUCT(tuple);
		if (index->indisprimary)
		{
			for (int i = 0; i < index->indnkeyatts; i++)
				add_key(trigger, find_column(trigger, NameStr(TupleDescAttr(RelationGetDescr(table), index->indkey.values[i] - 1)->attname)));
		}
		ReleaseSysCache(tuple);
	}
	list_free(indexes);
}

/*
 * pgq.logtriga: a character per live column, k key, v value, i ignore. Columns
 * beyond the string are ignored.
 */
static void
apply_kinds(CaptureTrigger *trigger)
{
	const char *kinds = trigger->args.kinds;
	int			nkinds = strlen(kinds);
	int			nkeys = 0;

	for (int i = 0; i < nkinds; i++)
	{
		if (kinds[i] != 'k')
			continue;
		nkeys++;
		if (i >= trigger->ncolumns)
			ereport(ERROR,
					(errcode(ERRCODE_RAISE_EXCEPTION),
					 errmsg("key column does not exist")));
	}
	if (nkeys == 0)
		ereport(ERROR,
				(errcode(ERRCODE_RAISE_EXCEPTION),
				 errmsg("need at least one key column")));
	for (int i = 0; i < trigger->ncolumns; i++)
	{
		CaptureColumn *column = &trigger->columns[i];
		char		kind = i < nkinds ? kinds[i] : 'i';

		if (kind == 'k')
			add_key(trigger, column);
		else if (kind != 'v')
			column->hidden = column->ignored = true;
	}
	trigger->args.has_ignore = true;
}

static int
magic_field(const char *name)
{
	static const char *const fields[] = {"type", "data", "extra1", "extra2", "extra3", "extra4"};

	for (int i = 0; i < (int) lengthof(fields); i++)
	{
		if (strcmp(name + strlen(MAGIC_PREFIX), fields[i]) == 0)
			return EV_TYPE + i;
	}
	return -1;
}

static void
find_equality(CaptureColumn *column, MemoryContext context)
{
	char		category;
	bool		preferred;
	TypeCacheEntry *entry;

	get_type_category_preferred(column->type, &category, &preferred);
	if (category == TYPCATEGORY_ARRAY)
		return;
	entry = lookup_type_cache(column->type, TYPECACHE_EQ_OPR_FINFO);
	if (OidIsValid(entry->eq_opr_finfo.fn_oid))
		fmgr_info_cxt(entry->eq_opr_finfo.fn_oid, &column->equal, context);
}

static JsonForm
json_form(Oid type)
{
	switch (type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
			return JSON_BARE;
		case BOOLOID:
			return JSON_BOOLEAN;
		case TIMESTAMPOID:
			return JSON_TIMESTAMP;
		case TIMESTAMPTZOID:
			return JSON_TIMESTAMPTZ;
		default:
			return JSON_AS_TEXT;
	}
}

/*
 * Virtual columns are never in a row, stored ones not yet in the new row of a
 * BEFORE trigger, which does without them in the old row as well.
 */
static bool
is_uncomputed(Form_pg_attribute attribute, int16 trigger_type)
{
	if (attribute->attgenerated == '\0')
		return false;
	return attribute->attgenerated != ATTRIBUTE_GENERATED_STORED || TRIGGER_FOR_BEFORE(trigger_type);
}

static void
fill_column(CaptureColumn *column, Form_pg_attribute attribute, MemoryContext context)
{
	StringInfoData buffer;
	bool		quote_all = quote_all_identifiers;
	int			length = strlen(NameStr(attribute->attname));

	column->attindex = attribute->attnum - 1;
	column->type = attribute->atttypid;
	column->collation = attribute->attcollation;
	column->by_value = attribute->attbyval;
	column->length = attribute->attlen;
	column->magic = -1;
	column->json_form = json_form(column->type);
	column->name = pstrdup(NameStr(attribute->attname));
	initStringInfo(&buffer);
	append_urlencoded(&buffer, column->name, length);
	column->urlencoded_name = buffer.data;
	column->urlencoded_length = buffer.len;
	initStringInfo(&buffer);
	append_json_string(&buffer, column->name, length);
	column->json_name = buffer.data;
	quote_all_identifiers = false;
	column->sql_name = pstrdup(quote_identifier(column->name));
	quote_all_identifiers = quote_all;
	get_type_output(column->type, &column->output, context);
	find_equality(column, context);
}

static void
fill_columns(CaptureTrigger *trigger, Relation table, int16 trigger_type)
{
	TupleDesc	desc = RelationGetDescr(table);
	ListCell   *cell;

	trigger->nattributes = desc->natts;
	trigger->columns = palloc0(sizeof(CaptureColumn) * Max(desc->natts, 1));
	trigger->keys = palloc0(sizeof(CaptureColumn *) * Max(desc->natts, 1));
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		CaptureColumn *column;

		if (attribute->attisdropped)
			continue;
		column = &trigger->columns[trigger->ncolumns++];
		fill_column(column, attribute, trigger->context);
		column->uncomputed = is_uncomputed(attribute, trigger_type);
	}

	if (trigger->args.kinds)
		apply_kinds(trigger);
	else if (trigger->args.has_pkey)
	{
		foreach(cell, trigger->args.pkey)
			add_key(trigger, find_column(trigger, lfirst(cell)));
	}
	else
		find_primary_key(trigger, table);

	for (int i = 0; i < trigger->ncolumns; i++)
	{
		CaptureColumn *column = &trigger->columns[i];

		if (strncmp(column->name, MAGIC_PREFIX, strlen(MAGIC_PREFIX)) == 0)
		{
			column->magic = magic_field(column->name);
			column->hidden = true;
			trigger->has_magic = true;
			if (column->magic < 0 && !trigger->unknown_magic)
				trigger->unknown_magic = column->name;
		}
		else if (column->uncomputed && !column->is_key)
			column->hidden = true;
		trigger->settings |= column->output.settings;
	}
	foreach(cell, trigger->args.ignore)
	{
		CaptureColumn *column = find_column(trigger, lfirst(cell));

		if (column && column->magic < 0)
			column->hidden = column->ignored = true;
	}
	trigger->compares_all = trigger->args.has_ignore || trigger->format == FORMAT_SQL || trigger->format == FORMAT_SQL_BY_KINDS;
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
	fill_columns(trigger, data->tg_relation, data->tg_trigger->tgtype);
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
