/*
 * insert_event.c
 *		See insert_event.h. Also the SQL functions pgq.insert_event_raw() and
 *		pgq.insert_event().
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_language_d.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/value.h"
#include "parser/parse_func.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "event_buffer.h"
#include "insert_event.h"
#include "ticker_wait.h"
#include "tx_count.h"

PG_FUNCTION_INFO_V1(pgq_insert_event_raw);
PG_FUNCTION_INFO_V1(pgq_insert_event);

/* What is known of the SQL function pgq.insert_event with seven arguments. */
static struct
{
	bool		valid;
	Oid			oid;
	bool		ours;
	Oid			allowed_user;	/* may call it */
}			entry_point;

static SPIPlanPtr call_plan;

static void
functions_or_roles_changed(Datum arg, int cache, uint32 hash)
{
	entry_point.valid = false;
}

void
init_insert_event(void)
{
	CacheRegisterSyscacheCallback(PROCOID, functions_or_roles_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHOID, functions_or_roles_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, functions_or_roles_changed, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, functions_or_roles_changed, (Datum) 0);
}

/* What pgq._disallowed_hint(queue) says, or NULL; an older schema has none. */
static char *
disallowed_hint(const char *queue_name)
{
	Oid			types[1] = {TEXTOID};
	Datum		values[1];
	char	   *hint = NULL;
	MemoryContext caller = CurrentMemoryContext;

	if (!OidIsValid(LookupFuncName(list_make2(makeString("pgq"), makeString("_disallowed_hint")), 1, types, true)))
		return NULL;
	values[0] = CStringGetTextDatum(queue_name);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute_with_args("select pgq._disallowed_hint($1)", 1, types, values, NULL, false, 1) == SPI_OK_SELECT &&
		SPI_processed == 1)
	{
		hint = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
		if (hint)
			hint = MemoryContextStrdup(caller, hint);
	}
	SPI_finish();
	return hint;
}

static void
check_queue(const char *queue_name, Queue *queue)
{
	if (queue->disable_insert && SessionReplicationRole != SESSION_REPLICATION_ROLE_REPLICA)
	{
		char	   *hint = disallowed_hint(queue_name);

		ereport(ERROR,
				(errcode(ERRCODE_RAISE_EXCEPTION),
				 errmsg("Insert into queue disallowed"),
				 hint ? errhint("%s", hint) : 0));
	}
	if (queue->per_tx_limit >= 0)
	{
		if (events_in_transaction(queue->id) >= queue->per_tx_limit)
			ereport(ERROR,
					(errcode(ERRCODE_RAISE_EXCEPTION),
					 errmsg("Queue '%s' allows max %d events from one TX", queue_name, queue->per_tx_limit)));
		count_event(queue->id);
	}
}

/*
 * An event table that a site has changed: its defaults, triggers and checks
 * are the executor's business.
 */
static void
write_by_sql(Oid table, const Datum *values, const bool *isnull)
{
	static const Oid types[EVENT_NCOLUMNS] = {
		INT8OID, TIMESTAMPTZOID, INT8OID, INT4OID, INT4OID,
		TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID
	};
	char	   *name = quote_qualified_identifier(get_namespace_name(get_rel_namespace(table)), get_rel_name(table));
	char	   *statement = psprintf("insert into %s (ev_id, ev_time, ev_txid, ev_owner, ev_retry,"
									 " ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4)"
									 " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", name);
	char		nulls[EVENT_NCOLUMNS];

	for (int i = 0; i < EVENT_NCOLUMNS; i++)
		nulls[i] = isnull[i] ? 'n' : ' ';
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute_with_args(statement, EVENT_NCOLUMNS, (Oid *) types, (Datum *) values, nulls, false, 0) != SPI_OK_INSERT)
		elog(ERROR, "insert into %s was rewritten to something else", name);
	SPI_finish();
}

/* Fills in what is missing of id, time and transaction, and writes. Returns the id. */
static int64
store_event(Queue *queue, Datum *values, bool *isnull)
{
	int64		seq_id = nextval_internal(queue->event_seq, false);
	Oid			table = queue->event_table;

	if (isnull[EV_ID])
		values[EV_ID] = Int64GetDatum(seq_id);
	if (isnull[EV_TIME])
		values[EV_TIME] = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
	values[EV_TXID] = Int64GetDatum((int64) U64FromFullTransactionId(GetTopFullTransactionId()));
	isnull[EV_ID] = isnull[EV_TIME] = isnull[EV_TXID] = false;
	wake_ticker_at_commit();

	if (queue->event_desc)
		add_event(table, queue->event_desc, values, isnull);
	else
		write_by_sql(table, values, isnull);
	return DatumGetInt64(values[EV_ID]);
}

/* From SQL, with the rights of the current user. */
static int64
insert_event(const char *queue_name, Datum *values, bool *isnull)
{
	Queue	   *queue = open_queue(queue_name);
	AclResult	allowed;

	check_queue(queue_name, queue);
	allowed = pg_class_aclcheck(queue->event_table, GetUserId(), ACL_INSERT);
	if (allowed != ACLCHECK_OK)
		aclcheck_error(allowed, OBJECT_TABLE, get_rel_name(queue->event_table));
	return store_event(queue, values, isnull);
}

static char *
queue_name_arg(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_RAISE_EXCEPTION),
				 errmsg("Queue name must not be NULL")));
	return text_to_cstring(PG_GETARG_TEXT_PP(0));
}

/*
 * pgq.insert_event_raw(queue_name, ev_id, ev_time, ev_owner, ev_retry,
 *						ev_type, ev_data, ev_extra1 .. ev_extra4)
 */
Datum
pgq_insert_event_raw(PG_FUNCTION_ARGS)
{
	static const enum EventColumn columns[] = {
		EV_ID, EV_TIME, EV_OWNER, EV_RETRY, EV_TYPE, EV_DATA, EV_EXTRA1, EV_EXTRA2, EV_EXTRA3, EV_EXTRA4
	};
	Datum		values[EVENT_NCOLUMNS] = {0};
	bool		isnull[EVENT_NCOLUMNS] = {0};

	for (int i = 0; i < (int) lengthof(columns); i++)
	{
		values[columns[i]] = PG_GETARG_DATUM(i + 1);
		isnull[columns[i]] = PG_ARGISNULL(i + 1);
	}
	PG_RETURN_INT64(insert_event(queue_name_arg(fcinfo), values, isnull));
}

/*
 * pgq.insert_event(queue_name, ev_type, ev_data, ev_extra1 .. ev_extra4)
 */
Datum
pgq_insert_event(PG_FUNCTION_ARGS)
{
	Datum		values[EVENT_NCOLUMNS] = {0};
	bool		isnull[EVENT_NCOLUMNS];

	memset(isnull, true, sizeof(isnull));
	for (int i = EV_TYPE; i < EVENT_NCOLUMNS; i++)
	{
		values[i] = PG_GETARG_DATUM(i - EV_TYPE + 1);
		isnull[i] = PG_ARGISNULL(i - EV_TYPE + 1);
	}
	PG_RETURN_INT64(insert_event(queue_name_arg(fcinfo), values, isnull));
}

/*
 * Finds pgq.insert_event and whether it is ours. Not found: somebody's variant
 * with other argument types, for the parser to resolve.
 */
static void
look_up_entry_point(void)
{
	Oid			types[7] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID};
	List	   *name = list_make2(makeString("pgq"), makeString("insert_event"));
	HeapTuple	tuple;

	entry_point.valid = true;	/* an invalidation during the look-up resets it */
	entry_point.ours = false;
	entry_point.allowed_user = InvalidOid;
	entry_point.oid = LookupFuncName(name, lengthof(types), types, true);
	if (!OidIsValid(entry_point.oid))
		return;
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(entry_point.oid));
	if (!HeapTupleIsValid(tuple))
		return;
	if (((Form_pg_proc) GETSTRUCT(tuple))->prolang == ClanguageId)
	{
		bool		isnull;
		Datum		source = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &isnull);

		if (!isnull)
		{
			char	   *symbol = TextDatumGetCString(source);

			entry_point.ours = strcmp(symbol, "pgq_insert_event") == 0;
			pfree(symbol);
		}
	}
	ReleaseSysCache(tuple);
}

static void
check_permission(void)
{
	Oid			user = GetUserId();
	AclResult	allowed;

	if (user == entry_point.allowed_user)
		return;
#if PG_VERSION_NUM >= 160000
	allowed = object_aclcheck(ProcedureRelationId, entry_point.oid, user, ACL_EXECUTE);
#else
	allowed = pg_proc_aclcheck(entry_point.oid, user, ACL_EXECUTE);
#endif
	if (allowed != ACLCHECK_OK)
		aclcheck_error(allowed, OBJECT_FUNCTION, "insert_event");
	entry_point.allowed_user = user;
}

static void
call_entry_point(const char *queue_name, const EventFields *event)
{
	Oid			types[7] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID};
	Datum		values[7];
	char		nulls[7];

	values[0] = CStringGetTextDatum(queue_name);
	nulls[0] = ' ';
	for (int i = EV_TYPE; i < EVENT_NCOLUMNS; i++)
	{
		values[i - EV_TYPE + 1] = PointerGetDatum(event->field[i]);
		nulls[i - EV_TYPE + 1] = event->field[i] ? ' ' : 'n';
	}
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (!call_plan)
	{
		SPIPlanPtr	plan = SPI_prepare("select pgq.insert_event($1, $2, $3, $4, $5, $6, $7)", lengthof(types), types);

		if (!plan || SPI_keepplan(plan) != 0)
			elog(ERROR, "could not prepare the call of pgq.insert_event: %s", SPI_result_code_string(SPI_result));
		call_plan = plan;
	}
	if (SPI_execute_plan(call_plan, values, nulls, false, 0) < 0)
		elog(ERROR, "could not call pgq.insert_event: %s", SPI_result_code_string(SPI_result));
	SPI_finish();
}

void
publish_event(const char *queue_name, const EventFields *event)
{
	Queue	   *queue;
	Datum		values[EVENT_NCOLUMNS];
	bool		isnull[EVENT_NCOLUMNS];

	if (!entry_point.valid)
		look_up_entry_point();
	if (!entry_point.ours)
	{
		call_entry_point(queue_name, event);
		return;
	}
	check_permission();
	queue = open_queue(queue_name);
	if (!queue->event_desc)
	{
		/* Our function runs with its owner's rights. */
		call_entry_point(queue_name, event);
		return;
	}
	check_queue(queue_name, queue);

	memset(isnull, true, sizeof(isnull));
	for (int i = EV_TYPE; i < EVENT_NCOLUMNS; i++)
	{
		values[i] = PointerGetDatum(event->field[i]);
		isnull[i] = event->field[i] == NULL;
	}
	store_event(queue, values, isnull);
}
