/*
 * ticker_wait.c
 *		See ticker_wait.h. Also the SQL procedures pgq.ticker_wait() and
 *		pgq.ticker_wait_moved(), and the function pgq._wake_ticker().
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "commands/async.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "pgstat.h"
#include "portability/instr_time.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "storage/procsignal.h"
#include "storage/sinvaladt.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "event_positions.h"
#include "ticker_wait.h"

PG_FUNCTION_INFO_V1(pgq_ticker_wait);
PG_FUNCTION_INFO_V1(pgq_ticker_wait_moved);
PG_FUNCTION_INFO_V1(pgq_wake_ticker);

/*
 * Who waits holds this advisory lock of its database. SQL makes the kinds 1
 * and 2 only, so it is nobody else's.
 */
#define WAITERS_KEY 0x70677164	/* "pgqd" */
#define WAITERS_KIND 3

/* For those who move a sequence and wake nobody: COPY to an event table that somebody knew by name. */
#define LOOK_AGAIN_MS 20000

/* Of libpq/libpq.h, which asks for Kerberos' headers where the server was built with it. */
extern PGDLLIMPORT WaitEventSet *FeBeWaitSet;
#define CLIENT_SOCKET_POSITION 0

typedef struct Sleeper
{
	int			pid;
#if PG_VERSION_NUM >= 170000
	ProcNumber	number;
#else
	BackendId	number;
#endif
} Sleeper;

static bool commit_wakes;		/* this transaction */
static int	nsleepers;			/* whom its commit will wake */
static Sleeper *sleepers;		/* in TopTransactionContext */

static LOCKTAG
waiters_tag(void)
{
	LOCKTAG		tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, 0, WAITERS_KEY, WAITERS_KIND);
	return tag;
}

void
wake_ticker_at_commit(void)
{
	commit_wakes = true;
}

static Sleeper
session_of(const VirtualTransactionId *transaction)
{
	Sleeper		session;
	PGPROC	   *process;

#if PG_VERSION_NUM >= 170000
	session.number = transaction->procNumber;
	process = ProcNumberGetProc(session.number);
#else
	session.number = transaction->backendId;
	process = BackendIdGetProc(session.number);
#endif
	session.pid = process ? process->pid : 0;
	return session;
}

/* While an error still only aborts the transaction. */
static void
find_sleepers(void)
{
	MemoryContext old = MemoryContextSwitchTo(TopTransactionContext);
	LOCKTAG		tag = waiters_tag();
	int			nholders;
	VirtualTransactionId *holders = GetLockConflicts(&tag, ExclusiveLock, &nholders);

	nsleepers = 0;
	sleepers = nholders > 0 ? palloc(sizeof(Sleeper) * nholders) : NULL;
	for (int i = 0; i < nholders; i++)
	{
		Sleeper		session = session_of(&holders[i]);

		if (session.pid != 0)
			sleepers[nsleepers++] = session;
	}
	pfree(holders);
	MemoryContextSwitchTo(old);
}

/*
 * By the signal that makes listening sessions look for notifications. A latch
 * alone would not do: timers set it, too. To a session that has gone meanwhile
 * nothing is sent, and one that waits no more takes it for nothing.
 */
static void
wake_sleepers(void)
{
	for (int i = 0; i < nsleepers; i++)
		(void) SendProcSignal(sleepers[i].pid, PROCSIG_NOTIFY_INTERRUPT, sleepers[i].number);
}

static void
transaction_event(XactEvent event, void *arg)
{
	switch (event)
	{
		case XACT_EVENT_PRE_COMMIT:
		case XACT_EVENT_PRE_PREPARE:
			if (commit_wakes)
				find_sleepers();
			break;
		case XACT_EVENT_COMMIT:
		case XACT_EVENT_PREPARE:
			if (commit_wakes)
				wake_sleepers();
			/* FALLTHROUGH */
		case XACT_EVENT_ABORT:
			commit_wakes = false;
			nsleepers = 0;
			sleepers = NULL;	/* the memory goes with the transaction */
			break;
		default:
			break;
	}
}

void
init_ticker_wait(void)
{
	RegisterXactCallback(transaction_event, NULL);
}

/* pgq._wake_ticker() */
Datum
pgq_wake_ticker(PG_FUNCTION_ARGS)
{
	wake_ticker_at_commit();
	PG_RETURN_VOID();
}

/* For the latch, the client and the postmaster. Result: what happened, or 0. */
static int
wait_at_most(long timeout_ms)
{
	WaitEvent	event;

	if (!FeBeWaitSet)
		return WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, timeout_ms, PG_WAIT_EXTENSION);
	ModifyWaitEvent(FeBeWaitSet, CLIENT_SOCKET_POSITION, WL_SOCKET_READABLE, NULL);
	if (WaitEventSetWait(FeBeWaitSet, timeout_ms, &event, 1, PG_WAIT_EXTENSION) == 0)
		return 0;
	if (event.events & WL_POSTMASTER_DEATH)
		proc_exit(1);
	return event.events;
}

/* Why a wait ended. */
typedef enum WaitEnd
{
	WAIT_OVER,					/* the time is, or the client has sent something or gone: it must not leave its locks behind */
	WAIT_COMMIT,				/* somebody's commit has woken us */
	WAIT_MOVED					/* a sequence stands elsewhere, perhaps without a commit */
} WaitEnd;

static WaitEnd
wait_for_events(const EventPositions *known, int timeout_ms)
{
	int			events = 0;
	instr_time	start;

	INSTR_TIME_SET_CURRENT(start);
	for (;;)
	{
		instr_time	passed;
		double		left_ms;

		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		if (notifyInterruptPending)
		{
			notifyInterruptPending = false;
			return WAIT_COMMIT;
		}
		if (any_event_moved(known))
			return WAIT_MOVED;
		INSTR_TIME_SET_CURRENT(passed);
		INSTR_TIME_SUBTRACT(passed, start);
		left_ms = timeout_ms - INSTR_TIME_GET_MILLISEC(passed);
		if (left_ms <= 0 || events & WL_SOCKET_READABLE)
			return WAIT_OVER;
		/* Nothing that we have looked at may hold back a vacuum. */
		InvalidateCatalogSnapshotConditionally();
		events = wait_at_most(Min((long) left_ms + 1, LOOK_AGAIN_MS));
	}
}

/* What both procedures do. `moved`, in the caller's context, unless NULL: as moved_events() tells it. */
static WaitEnd
wait_in_procedure(FunctionCallInfo fcinfo, const char *name, Datum *moved)
{
	MemoryContext caller = CurrentMemoryContext;
	LOCKTAG		tag = waiters_tag();
	EventPositions known;
	WaitEnd		end;

	if (!fcinfo->context || !IsA(fcinfo->context, CallContext) || ((CallContext *) fcinfo->context)->atomic)
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("%s cannot run inside a transaction block", name)));
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s does not take NULL", name)));

	if (SPI_connect_ext(SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	known = event_positions(name, PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_ARRAYTYPE_P(1));
	SPI_commit();				/* gives up the statement's snapshot */
	(void) LockAcquire(&tag, ShareLock, false, false);
	end = wait_for_events(&known, PG_GETARG_INT32(2));
	(void) LockRelease(&tag, ShareLock, false);
	if (moved)
	{
		ArrayType  *numbers = moved_events(&known);

		*moved = PointerGetDatum(memcpy(MemoryContextAlloc(caller, VARSIZE(numbers)), numbers, VARSIZE(numbers)));
	}
	SetCurrentStatementStartTimestamp();	/* log_min_duration_statement is about work */
	SPI_finish();
	return end;
}

static TupleDesc
result_desc(FunctionCallInfo fcinfo, const char *name)
{
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "%s was declared with other parameters", name);
	return BlessTupleDesc(desc);
}

/*
 * pgq.ticker_wait(i_sequences oid[], i_positions bigint[], i_timeout_ms integer,
 *				   inout woken boolean)
 */
Datum
pgq_ticker_wait(PG_FUNCTION_ARGS)
{
	TupleDesc	desc = result_desc(fcinfo, "pgq.ticker_wait");
	bool		isnull = false;
	Datum		woken = BoolGetDatum(wait_in_procedure(fcinfo, "pgq.ticker_wait", NULL) != WAIT_OVER);

	return HeapTupleGetDatum(heap_form_tuple(desc, &woken, &isnull));
}

/*
 * pgq.ticker_wait_moved(i_sequences oid[], i_positions bigint[], i_timeout_ms integer,
 *						 inout moved integer[], inout committed boolean)
 */
Datum
pgq_ticker_wait_moved(PG_FUNCTION_ARGS)
{
	TupleDesc	desc = result_desc(fcinfo, "pgq.ticker_wait_moved");
	Datum		values[2];
	bool		isnull[2] = {false, false};

	values[1] = BoolGetDatum(wait_in_procedure(fcinfo, "pgq.ticker_wait_moved", &values[0]) == WAIT_COMMIT);
	return HeapTupleGetDatum(heap_form_tuple(desc, values, isnull));
}
