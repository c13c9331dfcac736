/*
 * value_text.h
 *		Values as text, written under fixed settings: what a subscriber receives
 *		must not depend on the session that wrote the row.
 */
#ifndef PGQ_SERVER_VALUE_TEXT_H
#define PGQ_SERVER_VALUE_TEXT_H

#include "fmgr.h"

/* How a type's text is made; most need no call of the output function. */
typedef enum TextForm
{
	TEXT_OF_INT2,
	TEXT_OF_INT4,
	TEXT_OF_INT8,
	TEXT_OF_BOOL,
	TEXT_OF_BYTEA,
	TEXT_AS_STORED,				/* text and its like */
	TEXT_BY_OUTPUT_FUNCTION
} TextForm;

typedef struct TypeOutput
{
	TextForm	form;
	int			settings;		/* those that its text depends on, for fix_settings() */
	FmgrInfo	function;
} TypeOutput;

/* Not necessarily terminated by a null character. */
typedef struct ValueText
{
	const char *data;
	int			length;
	char		digits[32];		/* room for short ones: do not copy the structure */
} ValueText;

/* context: where the function's own memory lives */
extern void get_type_output(Oid type, TypeOutput *output, MemoryContext context);

/*
 * Makes the settings what they have to be, for everything up to
 * restore_settings(). The result goes there; zero when nothing had to change.
 */
extern int	fix_settings(int settings);
extern void restore_settings(int nest_level);

extern void value_to_text(TypeOutput *output, Datum value, ValueText *text);

#endif
