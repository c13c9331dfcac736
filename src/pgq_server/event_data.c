/*
 * event_data.c
 *		Rows as the data of an event: percent-encoded, JSON, and SQL without its
 *		verb and table.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "lib/stringinfo.h"

#include "event_data.h"
#include "row_format.h"

Row
deform(HeapTuple tuple, TupleDesc desc)
{
	Row			row;

	row.tuple = tuple;
	row.values = palloc(sizeof(Datum) * Max(desc->natts, 1));
	row.isnull = palloc(sizeof(bool) * Max(desc->natts, 1));
	heap_deform_tuple(tuple, desc, row.values, row.isnull);
	return row;
}

/* A text under construction in a StringInfo: its header first. */
static void
start_text(StringInfo buffer)
{
	initStringInfo(buffer);
	buffer->len = VARHDRSZ;
	buffer->data[VARHDRSZ] = '\0';
}

static text *
finish_text(StringInfo buffer)
{
	SET_VARSIZE(buffer->data, buffer->len);
	return (text *) buffer->data;
}

static void
append_json_value(StringInfo buffer, CaptureColumn *column, ValueText *value)
{
	const char *blank;

	switch (column->json_form)
	{
		case JSON_BARE:
			appendBinaryStringInfo(buffer, value->data, value->length);
			return;
		case JSON_BOOLEAN:
			appendStringInfoString(buffer, value->data[0] == 't' ? "true" : "false");
			return;
		case JSON_TIMESTAMP:
		case JSON_TIMESTAMPTZ:
			/* ISO 8601: only the first blank becomes T, another stands before BC. */
			blank = memchr(value->data, ' ', value->length);
			if (blank)
			{
				int			date = blank - value->data;
				const char *offset = NULL;

				appendStringInfo(buffer, "\"%.*sT", date, value->data);
				for (const char *c = blank + 1; c < value->data + value->length && *c != ' '; c++)
				{
					if (*c == '+' || *c == '-')
						offset = c;
					appendStringInfoCharMacro(buffer, *c);
				}
				/* the offset always with minutes */
				if (column->json_form == JSON_TIMESTAMPTZ && offset && strcspn(offset, " ") == 3)
					appendStringInfoString(buffer, ":00");
				blank = memchr(blank + 1, ' ', value->length - date - 1);
				if (blank)
					appendBinaryStringInfo(buffer, blank, value->data + value->length - blank);
				appendStringInfoCharMacro(buffer, '"');
				return;
			}
			break;				/* infinity */
		case JSON_AS_TEXT:
			break;
	}
	append_json_string(buffer, value->data, value->length);
}

text *
row_as_json(CaptureTrigger *trigger, Row *row)
{
	StringInfoData buffer;
	char		separator = '{';

	start_text(&buffer);
	for (int i = 0; i < trigger->ncolumns; i++)
	{
		CaptureColumn *column = &trigger->columns[i];
		ValueText	value;

		if (column->hidden)
			continue;
		appendStringInfoCharMacro(&buffer, separator);
		appendStringInfoString(&buffer, column->json_name);
		appendStringInfoCharMacro(&buffer, ':');
		if (row->isnull[column->attindex])
			appendStringInfoString(&buffer, "null");
		else
		{
			value_to_text(&column->output, row->values[column->attindex], &value);
			append_json_value(&buffer, column, &value);
		}
		separator = ',';
	}
	appendStringInfoString(&buffer, separator == '{' ? "{}" : "}");
	return finish_text(&buffer);
}

text *
row_urlencoded(CaptureTrigger *trigger, Row *row)
{
	StringInfoData buffer;
	bool		first = true;

	start_text(&buffer);
	for (int i = 0; i < trigger->ncolumns; i++)
	{
		CaptureColumn *column = &trigger->columns[i];
		ValueText	value;

		if (column->hidden)
			continue;
		if (!first)
			appendStringInfoCharMacro(&buffer, '&');
		first = false;
		appendBinaryStringInfo(&buffer, column->urlencoded_name, column->urlencoded_length);
		if (row->isnull[column->attindex])
			continue;
		appendStringInfoCharMacro(&buffer, '=');
		value_to_text(&column->output, row->values[column->attindex], &value);
		if (column->output.form <= TEXT_OF_BOOL)
			appendBinaryStringInfo(&buffer, value.data, value.length);
		else
			append_urlencoded(&buffer, value.data, value.length);
	}
	return finish_text(&buffer);
}

static void
append_value_literal(StringInfo buffer, CaptureColumn *column, Row *row, const char *null)
{
	ValueText	value;

	if (row->isnull[column->attindex])
	{
		appendStringInfoString(buffer, null);
		return;
	}
	value_to_text(&column->output, row->values[column->attindex], &value);
	append_literal(buffer, value.data, value.length);
}

text *
insert_as_sql(CaptureTrigger *trigger, Row *row)
{
	StringInfoData buffer;
	char		separator = '(';

	start_text(&buffer);
	for (int i = 0; i < trigger->ncolumns; i++)
	{
		CaptureColumn *column = &trigger->columns[i];

		if (column->hidden || column->uncomputed)
			continue;
		appendStringInfoCharMacro(&buffer, separator);
		appendStringInfoString(&buffer, column->sql_name);
		separator = ',';
	}
	if (separator == '(')
	{
		appendStringInfoString(&buffer, "default values");
		return finish_text(&buffer);
	}
	appendStringInfoString(&buffer, ") values ");
	separator = '(';
	for (int i = 0; i < trigger->ncolumns; i++)
	{
		CaptureColumn *column = &trigger->columns[i];

		if (column->hidden || column->uncomputed)
			continue;
		appendStringInfoCharMacro(&buffer, separator);
		append_value_literal(&buffer, column, row, "null");
		separator = ',';
	}
	appendStringInfoCharMacro(&buffer, ')');
	return finish_text(&buffer);
}

static void
append_key_condition(StringInfo buffer, CaptureTrigger *trigger, Row *old)
{
	for (int i = 0; i < trigger->nkeys; i++)
	{
		CaptureColumn *key = trigger->keys[i];

		if (old->isnull[key->attindex])
			ereport(ERROR,
					(errcode(ERRCODE_RAISE_EXCEPTION),
					 errmsg("logtriga: Unexpected NULL key value")));
		if (i > 0)
			appendStringInfoString(buffer, " and ");
		appendStringInfoString(buffer, key->sql_name);
		appendStringInfoCharMacro(buffer, '=');
		append_value_literal(buffer, key, old, "NULL");
	}
}

text *
delete_as_sql(CaptureTrigger *trigger, Row *old)
{
	StringInfoData buffer;

	start_text(&buffer);
	append_key_condition(&buffer, trigger, old);
	return finish_text(&buffer);
}

text *
update_as_sql(CaptureTrigger *trigger, Row *old, Row *new, const bool *changed)
{
	StringInfoData buffer;
	bool		first = true;

	start_text(&buffer);
	for (int i = 0; i < trigger->ncolumns; i++)
	{
		CaptureColumn *column = &trigger->columns[i];

		if (!changed[i])
			continue;
		if (!first)
			appendStringInfoCharMacro(&buffer, ',');
		first = false;
		appendStringInfoString(&buffer, column->sql_name);
		appendStringInfoCharMacro(&buffer, '=');
		append_value_literal(&buffer, column, new, "NULL");
	}
	if (first)
	{
		/* Nothing changed: something that does no harm. */
		appendStringInfo(&buffer, "%s=", trigger->keys[0]->sql_name);
		append_value_literal(&buffer, trigger->keys[0], old, "NULL");
	}
	appendStringInfoString(&buffer, " where ");
	append_key_condition(&buffer, trigger, old);
	return finish_text(&buffer);
}
