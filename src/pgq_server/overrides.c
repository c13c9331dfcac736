/*
 * overrides.c
 *		See overrides.h.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "column_references.h"
#include "overrides.h"

static bool
has_column(const char *name, void *arg)
{
	CaptureTrigger *trigger = arg;

	for (int i = 0; i < trigger->ncolumns; i++)
	{
		if (strcmp(trigger->columns[i].name, name) == 0)
			return true;
	}
	return false;
}

static SPIPlanPtr
get_plan(CaptureTrigger *trigger, Relation table, int override)
{
	if (!trigger->plans[override])
	{
		Oid			row_type = RelationGetForm(table)->reltype;
		char	   *expression = replace_column_references(trigger->args.overrides[override], has_column, trigger);

		/* One column whatever the expression is; a comment at its end must not swallow the rest. */
		char	   *query = psprintf("select q._pgq_value from (select %s\n) as q (_pgq_value)", expression);
		SPIPlanPtr	plan = SPI_prepare(query, 1, &row_type);

		if (!plan || SPI_keepplan(plan) != 0)
			elog(ERROR, "could not prepare \"%s\": %s", query, SPI_result_code_string(SPI_result));
		trigger->plans[override] = plan;
	}
	return trigger->plans[override];
}

/* In the caller's memory context. */
static text *
value_as_text(HeapTuple tuple, TupleDesc desc, MemoryContext context)
{
	MemoryContext old;
	bool		isnull;
	Datum		value = SPI_getbinval(tuple, desc, 1, &isnull);
	TypeOutput	output;
	ValueText	string;
	text	   *result;
	int			settings;

	if (isnull)
		return NULL;
	get_type_output(SPI_gettypeid(desc, 1), &output, CurrentMemoryContext);
	settings = fix_settings(output.settings);
	value_to_text(&output, value, &string);
	restore_settings(settings);
	old = MemoryContextSwitchTo(context);
	result = cstring_to_text_with_len(string.data, string.length);
	MemoryContextSwitchTo(old);
	return result;
}

bool
apply_overrides(CaptureTrigger *trigger, Relation table, HeapTuple row, EventFields *event)
{
	MemoryContext context = CurrentMemoryContext;
	Datum		row_datum = heap_copy_tuple_as_datum(row, RelationGetDescr(table));
	bool		wanted = true;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	/* As in a trigger function in PL/pgSQL, the expressions see what the statement has done so far. */
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	for (int i = 0; i < NOVERRIDES; i++)
	{
		int			result;
		text	   *value;

		if (!trigger->args.overrides[i])
			continue;
		result = SPI_execute_plan(get_plan(trigger, table, i), &row_datum, NULL, true, 0);
		if (result != SPI_OK_SELECT)
			elog(ERROR, "could not evaluate \"%s\": %s", trigger->args.overrides[i], SPI_result_code_string(result));
		if (SPI_processed != 1)
			ereport(ERROR,
					(errcode(ERRCODE_RAISE_EXCEPTION),
					 errmsg("Expect 1 row from override query, got %llu", (unsigned long long) SPI_processed)));
		if (i == OVERRIDE_WHEN)
		{
			Oid			type = SPI_gettypeid(SPI_tuptable->tupdesc, 1);
			bool		isnull;

			if (type != BOOLOID)
				ereport(ERROR,
						(errcode(ERRCODE_RAISE_EXCEPTION),
						 errmsg("when= query result must be boolean, got=%u", type)));
			wanted = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
			if (isnull)
				ereport(ERROR,
						(errcode(ERRCODE_RAISE_EXCEPTION),
						 errmsg("when= should not be NULL")));
		}
		else
		{
			value = value_as_text(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, context);
			event->field[EV_TYPE + i] = value;
		}
		SPI_freetuptable(SPI_tuptable);
	}
	PopActiveSnapshot();
	SPI_finish();
	return wanted;
}
