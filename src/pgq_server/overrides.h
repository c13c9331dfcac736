/*
 * overrides.h
 *		The expressions in a trigger's arguments: ev_type=, ev_data=, ev_extra1=
 *		.. ev_extra4=, when=.
 */
#ifndef PGQ_SERVER_OVERRIDES_H
#define PGQ_SERVER_OVERRIDES_H

#include "capture_trigger.h"
#include "insert_event.h"

/*
 * Evaluates the expressions for a row, the new one or for DELETE the old one,
 * and puts their values into the event. They run with the caller's settings
 * and search_path, and may not change data; their values are written under
 * fixed settings. Result: whether the event is wanted (when=).
 * Errors: QB: syntax error; Expect 1 row from override query, got ..; when= query
 * result must be boolean, got=..; when= should not be NULL
 */
extern bool apply_overrides(CaptureTrigger *trigger, Relation table, HeapTuple row, EventFields *event);

#endif
