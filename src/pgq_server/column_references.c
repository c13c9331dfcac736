/*
 * column_references.c
 *		See column_references.h. The SQL form has the same in pgq._trigger_query.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "parser/parser.h"
#include "parser/scansup.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "column_references.h"

typedef enum TokenKind
{
	TOKEN_WORD,					/* may be a column */
	TOKEN_SPACE,				/* or a comment */
	TOKEN_STRING,
	TOKEN_OTHER
} TokenKind;

typedef struct Token
{
	TokenKind	kind;
	const char *start;
	int			length;
} Token;

static void
syntax_error(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_RAISE_EXCEPTION),
			 errmsg("QB: syntax error")));
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
starts_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || IS_HIGHBIT_SET(c);
}

/* Up to and with the closing quote; a doubled one stands for itself. */
static const char *
skip_quoted(const char *s, char quote, bool escapes)
{
	for (s++; *s; s++)
	{
		if (escapes && *s == '\\')
		{
			s++;
			if (!*s)
				break;
		}
		else if (*s == quote)
		{
			if (s[1] != quote)
				return s + 1;
			s++;
		}
	}
	syntax_error();
	return NULL;
}

/* Comments nest. */
static const char *
skip_comment(const char *s)
{
	int			depth = 0;

	while (*s)
	{
		if (s[0] == '/' && s[1] == '*')
		{
			depth++;
			s += 2;
		}
		else if (s[0] == '*' && s[1] == '/')
		{
			s += 2;
			if (--depth == 0)
				return s;
		}
		else
			s++;
	}
	syntax_error();
	return NULL;
}

static const char *
skip_dollar_quoted(const char *s)
{
	const char *tag_end = s + 1;
	const char *end;
	char	   *tag;

	if (starts_word(*tag_end))
	{
		while (starts_word(*tag_end) || is_digit(*tag_end))
			tag_end++;
	}
	if (*tag_end != '$')
		syntax_error();
	tag = pnstrdup(s, tag_end + 1 - s);
	end = strstr(tag_end + 1, tag);
	if (!end)
		syntax_error();
	return end + strlen(tag);
}

static const char *
skip_number(const char *s)
{
	while (is_digit(*s))
		s++;
	if (*s == '.')
		s++;
	while (is_digit(*s))
		s++;
	if (*s == 'e' || *s == 'E')
	{
		const char *exponent = s + 1;

		if (*exponent == '+' || *exponent == '-')
			exponent++;
		if (is_digit(*exponent))
		{
			while (is_digit(*exponent))
				exponent++;
			s = exponent;
		}
	}
	return s;
}

/* The quote of a string with a prefix (E'', B'', U&''), NULL when there is none. */
static const char *
find_string_start(const char *s)
{
	if (*s == '\'')
		return s;
	if (*s && strchr("eEbBxXnN", *s) && s[1] == '\'')
		return s + 1;
	if ((*s == 'u' || *s == 'U') && s[1] == '&' && s[2] == '\'')
		return s + 2;
	return NULL;
}

static Token
next_token(const char *s)
{
	Token		token = {TOKEN_OTHER, s, 0};
	const char *end;
	const char *quote;

	if (is_space(*s))
	{
		token.kind = TOKEN_SPACE;
		for (end = s; is_space(*end); end++)
			;
	}
	else if (s[0] == '-' && s[1] == '-')
	{
		token.kind = TOKEN_SPACE;
		end = s + strcspn(s, "\r\n");
	}
	else if (s[0] == '/' && s[1] == '*')
	{
		token.kind = TOKEN_SPACE;
		end = skip_comment(s);
	}
	else if ((quote = find_string_start(s)) != NULL)
	{
		bool		escapes = *s == 'e' || *s == 'E' ||
			(!standard_conforming_strings && (quote == s || *s == 'n' || *s == 'N'));

		token.kind = TOKEN_STRING;
		end = skip_quoted(quote, '\'', escapes);
	}
	else if ((*s == 'u' || *s == 'U') && s[1] == '&' && s[2] == '"')
		end = skip_quoted(s + 2, '"', false);
	else if (*s == '"')
	{
		token.kind = TOKEN_WORD;
		end = skip_quoted(s, '"', false);
	}
	else if (starts_word(*s))
	{
		token.kind = TOKEN_WORD;
		for (end = s + 1; starts_word(*end) || is_digit(*end) || *end == '$'; end++)
			;
	}
	else if (*s == '$')
	{
		token.kind = TOKEN_STRING;
		end = skip_dollar_quoted(s);
	}
	else if (is_digit(*s) || (*s == '.' && is_digit(s[1])))
		end = skip_number(s);
	else if (s[0] == ':' && s[1] == ':')
		end = s + 2;
	else
		end = s + 1;
	token.length = end - s;
	return token;
}

/* The name that a word stands for. */
static char *
word_name(const Token *token)
{
	char	   *name;

	if (*token->start != '"')
	{
		/* Folds ASCII alone, as the server does in UTF-8. */
		name = pnstrdup(token->start, token->length);
		for (char *c = name; *c; c++)
			*c = pg_ascii_tolower(*c);
		return name;
	}
	name = palloc(token->length);
	{
		char	   *out = name;

		for (const char *c = token->start + 1; c < token->start + token->length - 1; c++)
		{
			if (*c == '"')
				c++;
			*out++ = *c;
		}
		*out = '\0';
	}
	return name;
}

static bool
token_is(const Token *token, const char *text)
{
	return token && token->length == (int) strlen(text) && pg_strncasecmp(token->start, text, token->length) == 0;
}

/* The next token in a direction that is no space, NULL at the end. */
static const Token *
neighbour(const Token *tokens, int ntokens, int from, int step)
{
	for (int i = from + step; i >= 0 && i < ntokens; i += step)
	{
		if (tokens[i].kind != TOKEN_SPACE)
			return &tokens[i];
	}
	return NULL;
}

char *
replace_column_references(const char *expression, HasColumn has_column, void *arg)
{
	int			room = 32;
	int			ntokens = 0;
	Token	   *tokens = palloc(sizeof(Token) * room);
	StringInfoData result;

	for (const char *s = expression; *s; s += tokens[ntokens++].length)
	{
		if (ntokens == room)
		{
			room *= 2;
			tokens = repalloc(tokens, sizeof(Token) * room);
		}
		tokens[ntokens] = next_token(s);
	}

	initStringInfo(&result);
	for (int i = 0; i < ntokens; i++)
	{
		const Token *previous = neighbour(tokens, ntokens, i, -1);
		const Token *following = neighbour(tokens, ntokens, i, 1);
		char	   *name;

		if (tokens[i].kind == TOKEN_WORD && !token_is(previous, ".") && !token_is(previous, "::") &&
			!token_is(previous, "as") && !token_is(following, ".") && !token_is(following, "(") &&
			!(following && following->kind == TOKEN_STRING))
		{
			name = word_name(&tokens[i]);
			if (has_column(name, arg))
			{
				appendStringInfo(&result, "($1).%s", quote_identifier(name));
				continue;
			}
		}
		appendBinaryStringInfo(&result, tokens[i].start, tokens[i].length);
	}
	return result.data;
}
