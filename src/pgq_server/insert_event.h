/*
 * insert_event.h
 *		Puts events into queues.
 */
#ifndef PGQ_SERVER_INSERT_EVENT_H
#define PGQ_SERVER_INSERT_EVENT_H

#include "queue_cache.h"

/* The fields of an event that its maker decides, EV_TYPE .. EV_EXTRA4; NULL is NULL. */
typedef struct EventFields
{
	text	   *field[EVENT_NCOLUMNS];
} EventFields;

extern void init_insert_event(void);

/*
 * What the capture triggers call: inserts as pgq.insert_event() would, or
 * calls the function where a site has replaced it.
 * Errors: permission denied for function insert_event; those of insert_event_raw.
 */
extern void publish_event(const char *queue_name, const EventFields *event);

#endif
