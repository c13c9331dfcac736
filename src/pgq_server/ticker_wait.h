/*
 * ticker_wait.h
 *		How a commit with events wakes the ticker of its database.
 *
 * The ticker's session sits in pgq.ticker_wait(), holding an advisory lock of
 * its own kind (see WAITERS in ticker_wait.c). A transaction that has put
 * events into a queue looks for holders just before it commits, and signals
 * them just after. Who misses a ticker that is about to wait is not missed
 * by it: it looks at the event sequences after it has the lock, and they moved
 * before. So nobody writes anything, and without a ticker it costs a look into
 * the lock table.
 */
#ifndef PGQ_SERVER_TICKER_WAIT_H
#define PGQ_SERVER_TICKER_WAIT_H

extern void init_ticker_wait(void);

/* The commit of this transaction will be of interest to the ticker. */
extern void wake_ticker_at_commit(void);

#endif
