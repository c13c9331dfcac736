/*
 * capture_trigger.h
 *		What a capture trigger has to know of itself and of its table, worked out
 *		once in a backend and kept until the table changes.
 */
#ifndef PGQ_SERVER_CAPTURE_TRIGGER_H
#define PGQ_SERVER_CAPTURE_TRIGGER_H

#include "commands/trigger.h"
#include "executor/spi.h"

#include "trigger_args.h"
#include "value_text.h"

typedef enum EventFormat
{
	FORMAT_URLENCODED,			/* pgq.logutriga */
	FORMAT_SQL,					/* pgq.sqltriga */
	FORMAT_JSON,				/* pgq.jsontriga */
	FORMAT_SQL_BY_KINDS			/* pgq.logtriga */
} EventFormat;

typedef enum JsonForm
{
	JSON_AS_TEXT,				/* a string */
	JSON_BARE,					/* a number */
	JSON_BOOLEAN,
	JSON_TIMESTAMP,
	JSON_TIMESTAMPTZ
} JsonForm;

typedef struct CaptureColumn
{
	int			attindex;		/* in the row, from 0 */
	Oid			type;
	Oid			collation;
	bool		by_value;
	int16		length;
	bool		hidden;			/* not part of the event's row */
	bool		uncomputed;		/* generated, without a value in the rows of this trigger */
	bool		ignored;		/* by ignore= */
	bool		is_key;
	int			magic;			/* the event's field that it replaces, negative: none */
	const char *name;
	const char *urlencoded_name;	/* in the form each format writes it */
	int			urlencoded_length;
	const char *json_name;
	const char *sql_name;
	JsonForm	json_form;
	TypeOutput	output;
	FmgrInfo	equal;			/* fn_oid is invalid: compare the text */
} CaptureColumn;

typedef struct CaptureTrigger
{
	Oid			trigger_oid;	/* key of the hash table */
	bool		valid;
	MemoryContext context;		/* of all that follows */
	Oid			relid;
	Oid			named_relid;	/* the table whose name is in the events */
	EventFormat format;
	TriggerArgs args;
	const char *schema_name;
	const char *table_name;
	int			nattributes;
	int			ncolumns;		/* live ones */
	CaptureColumn *columns;
	int			nkeys;
	CaptureColumn **keys;		/* in the order of the key */
	bool		has_magic;
	const char *unknown_magic;	/* a column _pgq_ev_ that stands for nothing */
	bool		compares_all;	/* an UPDATE compares all columns, not only the keys */
	int			settings;		/* of all columns, for fix_settings() */
	text	   *types[4];		/* ev_type for I, U, D, R */
	text	   *extra1;
	SPIPlanPtr	plans[NOVERRIDES];	/* of the overrides, made when first needed */
	struct CaptureTrigger *next_replaced;
} CaptureTrigger;

extern void init_capture_triggers(void);

/*
 * The entry for the trigger that is being fired. Valid until the function that
 * asked for it returns.
 * Errors: those of parse_trigger_args() and of pgq.logtriga's columns
 */
extern CaptureTrigger *find_capture_trigger(const TriggerData *data, EventFormat format);

#endif
