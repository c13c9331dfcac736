/*
 * row_format.h
 *		The pieces of text that events are made of. Everything is appended to a
 *		StringInfo.
 */
#ifndef PGQ_SERVER_ROW_FORMAT_H
#define PGQ_SERVER_ROW_FORMAT_H

#include "lib/stringinfo.h"

/*
 * Percent-encodes as UTF-8 (in a database in SQL_ASCII the bytes as they are):
 * A-Z a-z 0-9 _ . - stand for themselves, a blank becomes "+", every other
 * byte %xx in lower-case hex.
 */
extern void append_urlencoded(StringInfo buffer, const char *data, int length);

/* A string of JSON with its quotes, as to_json(text) writes it. */
extern void append_json_string(StringInfo buffer, const char *data, int length);

/* As quote_literal() of SQL. */
extern void append_literal(StringInfo buffer, const char *data, int length);

#endif
