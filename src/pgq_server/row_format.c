/*
 * row_format.c
 *		See row_format.h.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#include "row_format.h"

/* Characters that stand for themselves in the URL encoding. */
static bool
is_plain(unsigned char c)
{
	static const bool plain[256] = {
		['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['0' ... '9'] = true,
		['_'] = true, ['.'] = true, ['-'] = true
	};

	return plain[c];
}

void
append_urlencoded(StringInfo buffer, const char *data, int length)
{
	static const char digits[] = "0123456789abcdef";
	const char *end;
	char	   *out;
	int			encoding = GetDatabaseEncoding();

	if (encoding != PG_UTF8 && encoding != PG_SQL_ASCII)
	{
		char	   *converted = pg_server_to_any(data, length, PG_UTF8);

		if (converted != data)
		{
			data = converted;
			length = strlen(converted);
		}
	}
	/* Room for the longest case, so that the loop need not look. */
	if ((Size) length * 3 < 4096)
		enlargeStringInfo(buffer, length * 3);
	else
	{
		Size		encoded = 0;

		for (const char *c = data; c < data + length; c++)
			encoded += is_plain(*c) || *c == ' ' ? 1 : 3;
		if (encoded > MaxAllocSize)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("value of %zu bytes is too long for an event", encoded)));
		enlargeStringInfo(buffer, (int) encoded);
	}
	out = buffer->data + buffer->len;
	for (end = data + length; data < end; data++)
	{
		unsigned char c = *data;

		if (is_plain(c))
			*out++ = c;
		else if (c == ' ')
			*out++ = '+';
		else
		{
			*out++ = '%';
			*out++ = digits[c >> 4];
			*out++ = digits[c & 15];
		}
	}
	*out = '\0';
	buffer->len = out - buffer->data;
}

void
append_json_string(StringInfo buffer, const char *data, int length)
{
	const char *end = data + length;

	appendStringInfoCharMacro(buffer, '"');
	while (data < end)
	{
		const char *start = data;
		unsigned char c;

		while (data < end && (unsigned char) *data >= ' ' && *data != '"' && *data != '\\')
			data++;
		appendBinaryStringInfo(buffer, start, data - start);
		if (data == end)
			break;
		c = *data++;
		switch (c)
		{
			case '\b':
				appendStringInfoString(buffer, "\\b");
				break;
			case '\f':
				appendStringInfoString(buffer, "\\f");
				break;
			case '\n':
				appendStringInfoString(buffer, "\\n");
				break;
			case '\r':
				appendStringInfoString(buffer, "\\r");
				break;
			case '\t':
				appendStringInfoString(buffer, "\\t");
				break;
			case '"':
				appendStringInfoString(buffer, "\\\"");
				break;
			case '\\':
				appendStringInfoString(buffer, "\\\\");
				break;
			default:
				appendStringInfo(buffer, "\\u%04x", c);
				break;
		}
	}
	appendStringInfoCharMacro(buffer, '"');
}

void
append_literal(StringInfo buffer, const char *data, int length)
{
	const char *end = data + length;

	if (memchr(data, '\\', length))
		appendStringInfoCharMacro(buffer, 'E');
	appendStringInfoCharMacro(buffer, '\'');
	while (data < end)
	{
		const char *start = data;

		while (data < end && *data != '\'' && *data != '\\')
			data++;
		appendBinaryStringInfo(buffer, start, data - start);
		if (data == end)
			break;
		appendStringInfoCharMacro(buffer, *data);
		appendStringInfoCharMacro(buffer, *data);
		data++;
	}
	appendStringInfoCharMacro(buffer, '\'');
}
