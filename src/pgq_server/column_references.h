/*
 * column_references.h
 *		Finds the column names in an expression.
 */
#ifndef PGQ_SERVER_COLUMN_REFERENCES_H
#define PGQ_SERVER_COLUMN_REFERENCES_H

/* Whether the row has a column of this name. */
typedef bool (*HasColumn) (const char *name, void *arg);

/*
 * Rewrites an expression (what may follow "select") so that column names stand
 * for the values of a row: each unquoted or quoted word that is a column
 * becomes ($1).name. Strings, comments and dotted names stay, and so does a
 * word where no value can stand: before an opening parenthesis or a string,
 * after "::" or "as".
 * Error: QB: syntax error - an unterminated string, name or comment, or a
 * parameter $n
 */
extern char *replace_column_references(const char *expression, HasColumn has_column, void *arg);

#endif
