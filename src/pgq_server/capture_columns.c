/*
 * capture_columns.c
 *		See capture_columns.h.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_index.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "capture_columns.h"
#include "queue_cache.h"
#include "row_format.h"

#define MAGIC_PREFIX "_pgq_ev_"

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

void
fill_capture_columns(CaptureTrigger *trigger, Relation table, int16 trigger_type)
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
