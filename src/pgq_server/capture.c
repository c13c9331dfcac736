/*
 * capture.c
 *		The capture triggers pgq.logutriga, pgq.sqltriga, pgq.jsontriga, and
 *		pgq.logtriga of old.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "capture_trigger.h"
#include "event_data.h"
#include "insert_event.h"
#include "overrides.h"

PG_FUNCTION_INFO_V1(pgq_logutriga);
PG_FUNCTION_INFO_V1(pgq_sqltriga);
PG_FUNCTION_INFO_V1(pgq_jsontriga);
PG_FUNCTION_INFO_V1(pgq_logtriga);

static bool
values_differ(CaptureColumn *column, Row *old, Row *new)
{
	int			i = column->attindex;
	ValueText	old_text;
	ValueText	new_text;

	if (old->isnull[i] || new->isnull[i])
		return old->isnull[i] != new->isnull[i];
	if (datum_image_eq(old->values[i], new->values[i], column->by_value, column->length))
		return false;
	if (OidIsValid(column->equal.fn_oid))
		return !DatumGetBool(FunctionCall2Coll(&column->equal, column->collation, old->values[i], new->values[i]));
	value_to_text(&column->output, old->values[i], &old_text);
	value_to_text(&column->output, new->values[i], &new_text);
	return old_text.length != new_text.length || memcmp(old_text.data, new_text.data, old_text.length) != 0;
}

/*
 * The event names the row by its old key, and every format can tell the new
 * one. But not what else follows from the key: a hash in ev_extra3 says which
 * subscriber gets the new row, and the one that has the old row would keep it.
 */
static void
check_key_update(CaptureTrigger *trigger, CaptureColumn *column)
{
	const char *hint;

	if (!open_queue(trigger->args.queue_name)->key_updates)
		hint = "Delete the row and insert it under its new key, or set the queue's key_update to replicate.";
	else if (trigger->args.overrides[OVERRIDE_EXTRA3])
		hint = "Delete the row and insert it under its new key: the table's trigger has an argument ev_extra3=.";
	else
		return;
	ereport(ERROR,
			(errcode(ERRCODE_RAISE_EXCEPTION),
			 errmsg("primary key update not allowed"),
			 errdetail("Column \"%s\" of table \"%s.%s\" is part of the key.", column->name,
					   get_namespace_name(get_rel_namespace(trigger->named_relid)),
					   get_rel_name(trigger->named_relid)),
			 errhint("%s", hint)));
}

/*
 * Which columns an UPDATE changed. False: only ignored ones, no event.
 */
static bool
compare_rows(CaptureTrigger *trigger, Row *old, Row *new, bool *changed, bool *key_changed)
{
	bool		ignored_change = false;
	bool		any_change = false;

	*key_changed = false;
	for (int i = 0; i < trigger->ncolumns; i++)
	{
		CaptureColumn *column = &trigger->columns[i];

		changed[i] = false;
		if (!column->is_key && !trigger->compares_all)
			continue;
		/* magic columns, and generated ones without a value */
		if (column->hidden && !column->is_key && (!column->ignored || column->uncomputed))
			continue;
		if (!values_differ(column, old, new))
			continue;
		if (column->is_key)
		{
			if (!*key_changed)
				check_key_update(trigger, column);
			*key_changed = changed[i] = any_change = true;
		}
		else if (column->ignored)
			ignored_change = true;
		else
			changed[i] = any_change = true;
	}
	return any_change || !ignored_change;
}

static void
apply_magic_columns(CaptureTrigger *trigger, Row *row, EventFields *event)
{
	for (int i = 0; i < trigger->ncolumns; i++)
	{
		CaptureColumn *column = &trigger->columns[i];
		ValueText	value;

		if (column->magic < 0)
			continue;
		event->field[column->magic] = NULL;
		if (row->isnull[column->attindex])
			continue;
		value_to_text(&column->output, row->values[column->attindex], &value);
		event->field[column->magic] = cstring_to_text_with_len(value.data, value.length);
	}
}

/*
 * The new row, for DELETE the old one. In a BEFORE trigger generated columns
 * are not computed yet: an UPDATE has the old values there, which must not be
 * published as the new ones, so they are NULL, as in PL/pgSQL.
 */
static HeapTuple
get_new_row(TriggerData *data)
{
	TupleDesc	desc = RelationGetDescr(data->tg_relation);
	HeapTuple	row = TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? data->tg_newtuple : data->tg_trigtuple;
	int		   *columns;
	int			ncolumns = 0;

	if (!TRIGGER_FIRED_BEFORE(data->tg_event) || TRIGGER_FIRED_BY_DELETE(data->tg_event) ||
		!desc->constr || !desc->constr->has_generated_stored)
		return row;
	columns = palloc(sizeof(int) * desc->natts);
	for (int i = 0; i < desc->natts; i++)
	{
		if (TupleDescAttr(desc, i)->attgenerated == ATTRIBUTE_GENERATED_STORED)
			columns[ncolumns++] = i + 1;
	}
	{
		Datum	   *values = palloc0(sizeof(Datum) * ncolumns);
		bool	   *isnull = palloc(sizeof(bool) * ncolumns);

		memset(isnull, true, sizeof(bool) * ncolumns);
		return heap_modify_tuple_by_cols(row, desc, ncolumns, columns, values, isnull);
	}
}

/* The data of an event that leaves the key as it is. */
static text *
row_data(CaptureTrigger *trigger, TriggerData *data, Row *first, Row *new, const bool *changed)
{
	switch (trigger->format)
	{
		case FORMAT_URLENCODED:
			return row_urlencoded(trigger, new);
		case FORMAT_JSON:
			return row_as_json(trigger, new);
		case FORMAT_SQL:
		case FORMAT_SQL_BY_KINDS:
			break;
	}
	if (TRIGGER_FIRED_BY_INSERT(data->tg_event))
		return insert_as_sql(trigger, new);
	if (TRIGGER_FIRED_BY_UPDATE(data->tg_event))
		return update_as_sql(trigger, first, new, changed);
	return delete_as_sql(trigger, first);
}

/*
 * In the SQL form, whatever the trigger's own is: it alone has the old key
 * beside the new one, and whoever reads the others reads it, too.
 */
static text *
key_update_data(CaptureTrigger *trigger, Row *old, Row *new, bool *changed)
{
	bool		whole_row = trigger->format == FORMAT_URLENCODED || trigger->format == FORMAT_JSON;

	for (int i = 0; whole_row && i < trigger->ncolumns; i++)
	{
		if (!trigger->columns[i].hidden && !trigger->columns[i].uncomputed)
			changed[i] = true;
	}
	return update_as_sql(trigger, old, new, changed);
}

/* Under fixed settings. False: no event. */
static bool
make_row_event(CaptureTrigger *trigger, TriggerData *data, HeapTuple new_row, EventFields *event)
{
	TupleDesc	desc = RelationGetDescr(data->tg_relation);
	bool		is_update = TRIGGER_FIRED_BY_UPDATE(data->tg_event);
	bool		key_changed = false;
	Row			new = deform(new_row, desc);
	Row			first = is_update ? deform(data->tg_trigtuple, desc) : new;	/* of an UPDATE the old one */
	bool	   *changed = NULL;

	if (is_update)
	{
		changed = palloc(sizeof(bool) * Max(trigger->ncolumns, 1));
		if (!compare_rows(trigger, &first, &new, changed, &key_changed))
			return false;
	}
	if (key_changed)
	{
		event->field[EV_TYPE] = cstring_to_text("U");
		event->field[EV_DATA] = key_update_data(trigger, &first, &new, changed);
	}
	else
		event->field[EV_DATA] = row_data(trigger, data, &first, &new, changed);
	if (is_update && trigger->args.backup)
		event->field[EV_EXTRA2] = trigger->format == FORMAT_JSON ?
			row_as_json(trigger, &first) : row_urlencoded(trigger, &first);
	if (trigger->has_magic)
		apply_magic_columns(trigger, &new, event);
	return true;
}

static void
check_truncate_args(CaptureTrigger *trigger)
{
	const char *refusal = NULL;

	if (trigger->args.has_ignore)
		refusal = "Column ignore does not make sense for truncate trigger";
	else if (trigger->args.has_pkey)
		refusal = "Custom pkey_list does not make sense for truncate trigger";
	else if (trigger->args.backup)
		refusal = "Backup does not make sense for truncate trigger";
	else if (trigger->args.has_overrides)
		refusal = "Custom expressions do not make sense for truncater trigger";
	if (refusal)
		ereport(ERROR,
				(errcode(ERRCODE_RAISE_EXCEPTION),
				 errmsg("%s", refusal)));
}

static void
check_usable(CaptureTrigger *trigger, TriggerData *data, char operation)
{
	if ((operation == 'U' || operation == 'D') && trigger->nkeys == 0)
		ereport(ERROR,
				(errcode(ERRCODE_RAISE_EXCEPTION),
				 errmsg("Update/Delete on table without pkey")));
	if (trigger->args.skip && TRIGGER_FIRED_AFTER(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_RAISE_EXCEPTION),
				 errmsg("SKIP does not work in AFTER trigger.")));
	if (trigger->args.deny)
		ereport(ERROR,
				(errcode(ERRCODE_RAISE_EXCEPTION),
				 errmsg("Table '%s.%s' to queue '%s': change not allowed (%c)",
						trigger->schema_name, trigger->table_name, trigger->args.queue_name, operation)));
	if (trigger->unknown_magic && operation != 'R')
		ereport(ERROR,
				(errcode(ERRCODE_RAISE_EXCEPTION),
				 errmsg("Unknown magic column: %s", trigger->unknown_magic)));
}

static void
check_level(TriggerData *data)
{
	if (TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
	{
		if (!TRIGGER_FIRED_FOR_STATEMENT(data->tg_event))
			ereport(ERROR,
					(errcode(ERRCODE_RAISE_EXCEPTION),
					 errmsg("pgq tRuncate trigger must be fired FOR EACH STATEMENT")));
	}
	else if (!TRIGGER_FIRED_FOR_ROW(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_RAISE_EXCEPTION),
				 errmsg("pgq Ins/Upd/Del trigger must be fired FOR EACH ROW")));
}

static void
capture_row(CaptureTrigger *trigger, TriggerData *data, EventFields *event)
{
	HeapTuple	row = get_new_row(data);
	int			settings = fix_settings(trigger->settings);
	bool		wanted = make_row_event(trigger, data, row, event);

	restore_settings(settings);
	if (wanted && trigger->args.has_overrides)
		wanted = apply_overrides(trigger, data->tg_relation, row, event);
	if (wanted)
		publish_event(trigger->args.queue_name, event);
}

static void
capture_truncate(CaptureTrigger *trigger, EventFields *event)
{
	event->field[EV_DATA] = cstring_to_text(trigger->format == FORMAT_JSON ? "{}" : "");
	publish_event(trigger->args.queue_name, event);
}

/* The entry that the row before used: the call information lives as long as the statement. */
static CaptureTrigger *
cached_trigger(FmgrInfo *flinfo, TriggerData *data, EventFormat format)
{
	CaptureTrigger *trigger = flinfo->fn_extra;

	if (!trigger || !trigger->valid || trigger->trigger_oid != data->tg_trigger->tgoid)
		flinfo->fn_extra = trigger = find_capture_trigger(data, format);
	return trigger;
}

/* Result: whether the operation on the row goes on. */
static bool
capture(FmgrInfo *flinfo, TriggerData *data, EventFormat format)
{
	CaptureTrigger *trigger;
	EventFields event = {{NULL}};
	int			operation;
	bool		skip;

	check_level(data);
	trigger = cached_trigger(flinfo, data, format);
	operation = TRIGGER_FIRED_BY_INSERT(data->tg_event) ? 0 :
		TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? 1 :
		TRIGGER_FIRED_BY_DELETE(data->tg_event) ? 2 : 3;
	if (operation == 3)
		check_truncate_args(trigger);
	check_usable(trigger, data, "IUDR"[operation]);

	skip = trigger->args.skip;
	event.field[EV_TYPE] = trigger->types[operation];
	event.field[EV_EXTRA1] = trigger->extra1;
	if (operation == 3)
		capture_truncate(trigger, &event);
	else
		capture_row(trigger, data, &event);
	return !skip;
}

static Datum
fire(FunctionCallInfo fcinfo, EventFormat format, const char *name)
{
	TriggerData *data = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("%s not called as trigger", name)));
	if (format == FORMAT_SQL_BY_KINDS && !TRIGGER_FIRED_AFTER(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_RAISE_EXCEPTION),
				 errmsg("pgq.logtriga must be fired AFTER")));
	if (SessionReplicationRole != SESSION_REPLICATION_ROLE_LOCAL && !capture(fcinfo->flinfo, data, format))
		return PointerGetDatum(NULL);
	if (TRIGGER_FIRED_AFTER(data->tg_event) || TRIGGER_FIRED_FOR_STATEMENT(data->tg_event))
		return PointerGetDatum(NULL);
	return PointerGetDatum(TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? data->tg_newtuple : data->tg_trigtuple);
}

Datum
pgq_logutriga(PG_FUNCTION_ARGS)
{
	return fire(fcinfo, FORMAT_URLENCODED, "pgq.logutriga");
}

Datum
pgq_sqltriga(PG_FUNCTION_ARGS)
{
	return fire(fcinfo, FORMAT_SQL, "pgq.sqltriga");
}

Datum
pgq_jsontriga(PG_FUNCTION_ARGS)
{
	/* The text is that of pgq.logutriga, as it always was. */
	return fire(fcinfo, FORMAT_JSON, "pgq.logutriga");
}

Datum
pgq_logtriga(PG_FUNCTION_ARGS)
{
	return fire(fcinfo, FORMAT_SQL_BY_KINDS, "pgq.logtriga");
}
