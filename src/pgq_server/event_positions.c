/*
 * event_positions.c
 *		See event_positions.h.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type_d.h"
#include "commands/sequence.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "storage/lmgr.h"
#include "utils/rel.h"

#include "event_positions.h"

static int
elements(const char *caller, ArrayType *array, Oid type)
{
	if (ARR_NDIM(array) == 0)
		return 0;
	if (ARR_NDIM(array) != 1 || ARR_HASNULL(array) || ARR_ELEMTYPE(array) != type)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s needs arrays of one dimension without NULLs", caller)));
	return ARR_DIMS(array)[0];
}

EventPositions
event_positions(const char *caller, ArrayType *sequences, ArrayType *positions)
{
	EventPositions known;

	known.count = elements(caller, sequences, OIDOID);
	if (elements(caller, positions, INT8OID) != known.count)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s needs a position for each sequence", caller)));
	known.sequences = palloc(sizeof(Oid) * Max(known.count, 1));
	known.positions = palloc(sizeof(int64) * Max(known.count, 1));
	if (known.count > 0)
	{
		memcpy(known.sequences, ARR_DATA_PTR(sequences), sizeof(Oid) * known.count);
		memcpy(known.positions, ARR_DATA_PTR(positions), sizeof(int64) * known.count);
	}
	return known;
}

/*
 * As pgq._event_seq() tells it, but without a snapshot, and without a lock that
 * stays.
 */
static int64
position_of(Relation sequence)
{
	Buffer		buffer = ReadBuffer(sequence, 0);
	Page		page;
	HeapTupleHeader tuple;
	Form_pg_sequence_data data;
	int64		position;

	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	page = BufferGetPage(buffer);
	tuple = (HeapTupleHeader) PageGetItem(page, PageGetItemId(page, FirstOffsetNumber));
	data = (Form_pg_sequence_data) ((char *) tuple + tuple->t_hoff);
	position = data->is_called ? data->last_value : 0;
	UnlockReleaseBuffer(buffer);
	return position;
}

static bool
has_moved(Oid oid, int64 position)
{
	Relation	relation;
	bool		moved;

	/*
	 * A queue that is being dropped, in a transaction that may stay open, must
	 * not keep us from the others. Whoever moves the sequence afterwards wakes
	 * us.
	 */
	if (!ConditionalLockRelationOid(oid, AccessShareLock))
		return false;
	relation = try_relation_open(oid, NoLock);
	if (!relation)
	{
		UnlockRelationOid(oid, AccessShareLock);
		return true;			/* its queue is gone */
	}
	if (relation->rd_rel->relkind != RELKIND_SEQUENCE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a sequence", RelationGetRelationName(relation))));
	moved = position_of(relation) != position;
	relation_close(relation, AccessShareLock);
	return moved;
}

bool
any_event_moved(const EventPositions *known)
{
	for (int i = 0; i < known->count; i++)
	{
		if (has_moved(known->sequences[i], known->positions[i]))
			return true;
	}
	return false;
}

ArrayType *
moved_events(const EventPositions *known)
{
	Datum	   *numbers = palloc(sizeof(Datum) * Max(known->count, 1));
	int			count = 0;

	for (int i = 0; i < known->count; i++)
	{
		if (has_moved(known->sequences[i], known->positions[i]))
			numbers[count++] = Int32GetDatum(i + 1);
	}
	return construct_array(numbers, count, INT4OID, sizeof(int32), true, TYPALIGN_INT);
}
