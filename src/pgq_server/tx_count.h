/*
 * tx_count.h
 *		How many events the current transaction has put into a queue, for
 *		queues with a limit. Events of rolled back subtransactions do not count.
 */
#ifndef PGQ_SERVER_TX_COUNT_H
#define PGQ_SERVER_TX_COUNT_H

extern void init_tx_count(void);
extern int64 events_in_transaction(int32 queue_id);
extern void count_event(int32 queue_id);

#endif
