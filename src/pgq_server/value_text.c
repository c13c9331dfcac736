/*
 * value_text.c
 *		See value_text.h. The settings are those of the function pgq._row_text of
 *		the SQL form.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/bytea.h"
#include "utils/float.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/pg_locale.h"
#include "utils/xml.h"

#include "value_text.h"

typedef enum Setting
{
	SETTING_DATESTYLE = 1 << 0,
	SETTING_INTERVALSTYLE = 1 << 1,
	SETTING_EXTRA_FLOAT_DIGITS = 1 << 2,
	SETTING_BYTEA_OUTPUT = 1 << 3,
	SETTING_XMLOPTION = 1 << 4,
	SETTING_LC_MONETARY = 1 << 5,
	SETTING_QUOTE_ALL_IDENTIFIERS = 1 << 6,
	SETTING_SEARCH_PATH = 1 << 7,
	ALL_SETTINGS = (1 << 8) - 1
} Setting;

static int
settings_of_type(Oid type)
{
	Oid			part;

	switch (type)
	{
		case BOOLOID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case OIDOID:
		case NUMERICOID:
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case CHAROID:
		case NAMEOID:
		case JSONOID:
		case JSONBOID:
		case JSONPATHOID:
		case UUIDOID:
		case BITOID:
		case VARBITOID:
		case INETOID:
		case CIDROID:
		case MACADDROID:
		case MACADDR8OID:
		case TSVECTOROID:
		case TSQUERYOID:
		case XIDOID:
		case XID8OID:
		case LSNOID:
			return 0;
		case DATEOID:
		case TIMEOID:
		case TIMETZOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return SETTING_DATESTYLE;
		case INTERVALOID:
			return SETTING_INTERVALSTYLE;
		case FLOAT4OID:
		case FLOAT8OID:
		case POINTOID:
		case LSEGOID:
		case PATHOID:
		case BOXOID:
		case POLYGONOID:
		case LINEOID:
		case CIRCLEOID:
			return SETTING_EXTRA_FLOAT_DIGITS;
		case BYTEAOID:
			return SETTING_BYTEA_OUTPUT;
		case XMLOID:
			return SETTING_XMLOPTION;
		case MONEYOID:
			return SETTING_LC_MONETARY;
		default:
			break;
	}
	switch (get_typtype(type))
	{
		case TYPTYPE_ENUM:
			return 0;
		case TYPTYPE_DOMAIN:
			return settings_of_type(getBaseType(type));
		case TYPTYPE_RANGE:
			return settings_of_type(get_range_subtype(type));
#if PG_VERSION_NUM >= 140000
		case TYPTYPE_MULTIRANGE:
			return settings_of_type(get_multirange_range(type));
#endif
		default:
			break;
	}
	part = get_element_type(type);
	if (OidIsValid(part))
		return settings_of_type(part);
	/* Types of extensions, composite types, regclass and its like. */
	return ALL_SETTINGS;
}

void
get_type_output(Oid type, TypeOutput *output, MemoryContext context)
{
	Oid			function;
	bool		is_varlena;

	output->settings = settings_of_type(type);
	switch (getBaseType(type))
	{
		case INT2OID:
			output->form = TEXT_OF_INT2;
			break;
		case INT4OID:
			output->form = TEXT_OF_INT4;
			break;
		case INT8OID:
			output->form = TEXT_OF_INT8;
			break;
		case BOOLOID:
			output->form = TEXT_OF_BOOL;
			break;
		case BYTEAOID:
			output->form = TEXT_OF_BYTEA;
			output->settings = 0;
			break;
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case JSONOID:
			output->form = TEXT_AS_STORED;
			break;
		default:
			output->form = TEXT_BY_OUTPUT_FUNCTION;
			break;
	}
	getTypeOutputInfo(type, &function, &is_varlena);
	fmgr_info_cxt(function, &output->function, context);
}

static void
set_for_now(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

int
fix_settings(int settings)
{
	int			wrong = 0;
	int			nest_level;

	if (settings == 0)
		return 0;
	if (DateStyle != USE_ISO_DATES)
		wrong |= SETTING_DATESTYLE;
	if (IntervalStyle != INTSTYLE_POSTGRES)
		wrong |= SETTING_INTERVALSTYLE;
	if (extra_float_digits < 1)
		wrong |= SETTING_EXTRA_FLOAT_DIGITS;
	if (bytea_output != BYTEA_OUTPUT_HEX)
		wrong |= SETTING_BYTEA_OUTPUT;
	if (xmloption != XMLOPTION_CONTENT)
		wrong |= SETTING_XMLOPTION;
	if (quote_all_identifiers)
		wrong |= SETTING_QUOTE_ALL_IDENTIFIERS;
	if (namespace_search_path[0] != '\0')
		wrong |= SETTING_SEARCH_PATH;
	if ((settings & SETTING_LC_MONETARY) && strcmp(locale_monetary, "C") != 0)
		wrong |= SETTING_LC_MONETARY;
	wrong &= settings;
	if (wrong == 0)
		return 0;

	nest_level = NewGUCNestLevel();
	if (wrong & SETTING_DATESTYLE)
		set_for_now("DateStyle", "ISO");
	if (wrong & SETTING_INTERVALSTYLE)
		set_for_now("IntervalStyle", "postgres");
	if (wrong & SETTING_EXTRA_FLOAT_DIGITS)
		set_for_now("extra_float_digits", "1");
	if (wrong & SETTING_BYTEA_OUTPUT)
		set_for_now("bytea_output", "hex");
	if (wrong & SETTING_XMLOPTION)
		set_for_now("xmloption", "content");
	if (wrong & SETTING_LC_MONETARY)
		set_for_now("lc_monetary", "C");
	if (wrong & SETTING_QUOTE_ALL_IDENTIFIERS)
		set_for_now("quote_all_identifiers", "off");
	if (wrong & SETTING_SEARCH_PATH)
		set_for_now("search_path", "");
	return nest_level;
}

void
restore_settings(int nest_level)
{
	if (nest_level != 0)
		AtEOXact_GUC(true, nest_level);
}

static void
bytea_to_text(Datum value, ValueText *text)
{
	bytea	   *bytes = DatumGetByteaPP(value);
	Size		length = VARSIZE_ANY_EXHDR(bytes);
	char	   *hex;

	if (length * 2 + 2 > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("bytea value of %zu bytes is too long for an event", length)));
	hex = palloc(length * 2 + 2);
	hex[0] = '\\';
	hex[1] = 'x';
	hex_encode(VARDATA_ANY(bytes), length, hex + 2);
	text->data = hex;
	text->length = (int) (length * 2 + 2);
}

void
value_to_text(TypeOutput *output, Datum value, ValueText *text)
{
	text->data = text->digits;
	switch (output->form)
	{
		case TEXT_OF_INT2:
			text->length = pg_itoa(DatumGetInt16(value), text->digits);
			break;
		case TEXT_OF_INT4:
			text->length = pg_ltoa(DatumGetInt32(value), text->digits);
			break;
		case TEXT_OF_INT8:
			text->length = pg_lltoa(DatumGetInt64(value), text->digits);
			break;
		case TEXT_OF_BOOL:
			text->digits[0] = DatumGetBool(value) ? 't' : 'f';
			text->length = 1;
			break;
		case TEXT_OF_BYTEA:
			bytea_to_text(value, text);
			break;
		case TEXT_AS_STORED:
			{
				struct varlena *stored = PG_DETOAST_DATUM_PACKED(value);

				text->data = VARDATA_ANY(stored);
				text->length = VARSIZE_ANY_EXHDR(stored);
				break;
			}
		case TEXT_BY_OUTPUT_FUNCTION:
			text->data = OutputFunctionCall(&output->function, value);
			text->length = strlen(text->data);
			break;
	}
}
