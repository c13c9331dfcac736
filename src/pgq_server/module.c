/*
 * module.c
 *		skytools_pgq: change capture and event insertion for PgQ, loaded by the
 *		server. See docs/architecture.md.
 */
#include "postgres.h"

#include "fmgr.h"

#include "capture_trigger.h"
#include "event_buffer.h"
#include "insert_event.h"
#include "queue_cache.h"
#include "ticker_wait.h"
#include "tx_count.h"

PG_MODULE_MAGIC;

extern void _PG_init(void);

void
_PG_init(void)
{
	init_queue_cache();
	init_tx_count();
	init_event_buffer();
	init_ticker_wait();
	init_insert_event();
	init_capture_triggers();
}
