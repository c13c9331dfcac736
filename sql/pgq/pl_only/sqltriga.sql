-- ----------------------------------------------------------------------
-- pgq.sqltriga(queue [, argument ..])
--
--     Trigger that publishes the changes of a table as events, as fragments of SQL.
--
-- Events:
--     ev_type    I  U  D  R (TRUNCATE)
--     ev_data    I: (col,..) values ('value',..)
--                U: col='value',.. where key='value' and ..; the changed columns
--                D: key='value' and ..
--                R: empty
--     ev_extra1  schema.table, unquoted; of the partitioned table that the trigger
--                was made on, when a partition inherited it
--     ev_extra2  with argument backup the old row of an UPDATE, in URL encoding
--
--     Columns are in the order of the table. Values are the text of the output
--     functions under fixed settings, whatever the session's are; see
--     pgq._row_text. Stored generated columns are there like any other: a
--     subscriber whose column is generated, too, computes it by itself. A BEFORE
--     trigger leaves them out, since it comes before they are computed, and so
--     does every trigger with virtual ones, unless they belong to the key.
--
-- Arguments:
--     queue               name of the queue, always first
--     SKIP                BEFORE trigger only: suppress the operation on the table
--     ignore=c1[,c2]      leave out these columns; an UPDATE that changes nothing
--                         else publishes nothing
--     pkey=c1[,c2]        key to use instead of the primary key
--     backup              publish the old row of an UPDATE in ev_extra2
--     deny                refuse every operation
--     ev_type=EXPR, ev_data=EXPR, ev_extra1=EXPR .. ev_extra4=EXPR
--                         replace the field by the value of "select EXPR"
--     when=EXPR           publish only where EXPR is true
--
--     In EXPR column names stand for the values of the new row, for DELETE of
--     the old one. In ignore= and pkey= names are not quoted and cannot hold
--     commas or blanks.
--
-- Columns _pgq_ev_type, _pgq_ev_data, _pgq_ev_extra1 .. _pgq_ev_extra4 are not
-- part of the row: their value replaces the field of the event.
--
-- Errors:
--     see the regression tests; an UPDATE that changes the key is refused unless the queue's
--     key_update is replicate; its event is then what pgq.sqltriga writes, with the new key before the old one
-- Note:
--     Does nothing at all in sessions with session_replication_role = local.
--     Calls the function pgq.insert_event by name: a site may replace it.
--     NEW and OLD must not be handed to functions other than polymorphic ones:
--     a plan is kept for one row type.
--     Has no search_path of its own, so that the expressions, and a function that took the
--     place of pgq.insert_event, keep the writer's: every name and operator is qualified.
-- ----------------------------------------------------------------------
create or replace function pgq.sqltriga()
returns pg_catalog.trigger
language plpgsql
as $$
declare
    ctx pg_catalog.record;
    ev pg_catalog.record;
    old_text pg_catalog.text;
    new_text pg_catalog.text;
    id bigint;
begin
    if pg_catalog.current_setting('session_replication_role') operator(pg_catalog.<>) 'local' then
        ctx := pgq._trigger_context(TG_RELID, TG_NAME, TG_TABLE_SCHEMA, TG_TABLE_NAME,
            TG_OP, TG_WHEN, TG_LEVEL, TG_ARGV);

        if TG_OP operator(pg_catalog.=) 'INSERT' or TG_OP operator(pg_catalog.=) 'UPDATE' then
            if ctx.frozen then
                perform pgq._row_check(NEW, ctx.names, ctx.types);
            end if;
            if ctx.ordinary then
                new_text := pg_catalog.format('%s', NEW);
            else
                new_text := pgq._row_text(NEW);
            end if;
        end if;
        if TG_OP operator(pg_catalog.=) 'UPDATE' or TG_OP operator(pg_catalog.=) 'DELETE' then
            if ctx.frozen then
                perform pgq._row_check(OLD, ctx.names, ctx.types);
            end if;
            if ctx.ordinary then
                old_text := pg_catalog.format('%s', OLD);
            else
                old_text := pgq._row_text(OLD);
            end if;
        end if;

        ev := pgq._trigger_event('sql', TG_OP, ctx, old_text, new_text, null);
        if ev.doubtful is not null then
            ev := pgq._trigger_event('sql', TG_OP, ctx, old_text, new_text,
                pgq._equal_columns(OLD, NEW, ev.doubtful));
        end if;

        if not ev.wanted then
            null;
        elsif ctx.exprs is null then
            id := pgq.insert_event(ctx.queue, ev.ev_type, ev.ev_data,
                ev.ev_extra1, ev.ev_extra2, ev.ev_extra3, ev.ev_extra4);
        elsif TG_OP operator(pg_catalog.=) 'DELETE' then
            id := pgq._insert_overridden(ctx.queue, ctx.exprs,
                pgq._trigger_overrides(ctx.exprs, ctx.names, OLD),
                ev.ev_type, ev.ev_data, ev.ev_extra1, ev.ev_extra2, ev.ev_extra3, ev.ev_extra4);
        else
            id := pgq._insert_overridden(ctx.queue, ctx.exprs,
                pgq._trigger_overrides(ctx.exprs, ctx.names, NEW),
                ev.ev_type, ev.ev_data, ev.ev_extra1, ev.ev_extra2, ev.ev_extra3, ev.ev_extra4);
        end if;

        if ctx.skip then
            return null;
        end if;
    end if;

    if TG_WHEN operator(pg_catalog.=) 'AFTER' or TG_LEVEL operator(pg_catalog.=) 'STATEMENT' then
        return null;
    elsif TG_OP operator(pg_catalog.=) 'DELETE' then
        return OLD;
    end if;
    return NEW;
end;
$$;
