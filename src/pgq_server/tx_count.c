/*
 * tx_count.c
 *		See tx_count.h.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/memutils.h"

#include "tx_count.h"

typedef struct TxCount
{
	struct TxCount *next;
	int32		queue_id;
	int			level;			/* of the subtransaction that they belong to so far */
	int64		nevents;
} TxCount;

static TxCount *counts;			/* in TopTransactionContext */

static TxCount *
find_count(int32 queue_id, int level)
{
	for (TxCount *count = counts; count; count = count->next)
	{
		if (count->queue_id == queue_id && count->level == level)
			return count;
	}
	return NULL;
}

int64
events_in_transaction(int32 queue_id)
{
	int64		nevents = 0;

	for (TxCount *count = counts; count; count = count->next)
	{
		if (count->queue_id == queue_id)
			nevents += count->nevents;
	}
	return nevents;
}

void
count_event(int32 queue_id)
{
	int			level = GetCurrentTransactionNestLevel();
	TxCount    *count = find_count(queue_id, level);

	if (!count)
	{
		count = MemoryContextAllocZero(TopTransactionContext, sizeof(TxCount));
		count->queue_id = queue_id;
		count->level = level;
		count->next = counts;
		counts = count;
	}
	count->nevents++;
}

static void
subtransaction_event(SubXactEvent event, SubTransactionId subid, SubTransactionId parent, void *arg)
{
	int			level = GetCurrentTransactionNestLevel();
	TxCount   **link = &counts;

	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	while (*link)
	{
		TxCount    *count = *link;
		TxCount    *above;

		if (count->level < level)
		{
			link = &count->next;
			continue;
		}
		above = event == SUBXACT_EVENT_COMMIT_SUB ? find_count(count->queue_id, level - 1) : NULL;
		if (event == SUBXACT_EVENT_COMMIT_SUB && !above)
		{
			count->level = level - 1;
			link = &count->next;
			continue;
		}
		if (above)
			above->nevents += count->nevents;
		*link = count->next;
		pfree(count);
	}
}

static void
transaction_event(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		counts = NULL;			/* the memory goes with the transaction */
}

void
init_tx_count(void)
{
	RegisterXactCallback(transaction_event, NULL);
	RegisterSubXactCallback(subtransaction_event, NULL);
}
