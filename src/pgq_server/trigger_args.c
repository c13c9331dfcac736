/*
 * trigger_args.c
 *		See trigger_args.h.
 */
#include "postgres.h"

#include "trigger_args.h"

/* Names are separated by commas or blanks; they are not quoted. */
static List *
split_names(const char *names)
{
	static const char separators[] = ", \t\n\r\f\v";
	List	   *list = NIL;

	for (;;)
	{
		Size		length;

		names += strspn(names, separators);
		length = strcspn(names, separators);
		if (length == 0)
			return list;
		list = lappend(list, pnstrdup(names, length));
		names += length;
	}
}

/* What follows the prefix, NULL when arg does not start with it. */
static const char *
after_prefix(const char *arg, const char *prefix)
{
	Size		length = strlen(prefix);

	return strncmp(arg, prefix, length) == 0 ? arg + length : NULL;
}

static bool
parse_override(const char *arg, TriggerArgs *args)
{
	static const char *const prefixes[NOVERRIDES] = {
		"ev_type=", "ev_data=", "ev_extra1=", "ev_extra2=", "ev_extra3=", "ev_extra4=", "when="
	};

	for (int i = 0; i < NOVERRIDES; i++)
	{
		const char *expression = after_prefix(arg, prefixes[i]);

		if (expression)
		{
			args->overrides[i] = pstrdup(expression);
			args->has_overrides = true;
			return true;
		}
	}
	return false;
}

void
parse_trigger_args(const Trigger *trigger, TriggerArgs *args)
{
	if (trigger->tgnargs < 1)
		ereport(ERROR,
				(errcode(ERRCODE_RAISE_EXCEPTION),
				 errmsg("pgq trigger must have destination queue as argument")));
	memset(args, 0, sizeof(*args));
	args->queue_name = pstrdup(trigger->tgargs[0]);
	for (int i = 1; i < trigger->tgnargs; i++)
	{
		const char *arg = trigger->tgargs[i];
		const char *names;

		if (strcmp(arg, "SKIP") == 0)
			args->skip = true;
		else if (strcmp(arg, "backup") == 0)
			args->backup = true;
		else if (strcmp(arg, "deny") == 0)
			args->deny = true;
		else if ((names = after_prefix(arg, "ignore=")) != NULL)
		{
			args->has_ignore = true;
			args->ignore = split_names(names);
		}
		else if ((names = after_prefix(arg, "pkey=")) != NULL)
		{
			args->has_pkey = true;
			args->pkey = split_names(names);
		}
		else if (!parse_override(arg, args))
			ereport(ERROR,
					(errcode(ERRCODE_RAISE_EXCEPTION),
					 errmsg("bad param to pgq trigger")));
	}
}

void
parse_logtriga_args(const Trigger *trigger, TriggerArgs *args)
{
	if (trigger->tgnargs < 2 || trigger->tgnargs > 3)
		ereport(ERROR,
				(errcode(ERRCODE_RAISE_EXCEPTION),
				 errmsg("pgq.logtriga must be used with 2 or 3 args")));
	memset(args, 0, sizeof(*args));
	args->queue_name = pstrdup(trigger->tgargs[0]);
	args->kinds = pstrdup(trigger->tgargs[1]);
}
