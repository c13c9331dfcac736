-- ----------------------------------------------------------------------
-- pgq.logutriga(queue [, argument ..])
--
--     Trigger that publishes the changes of a table as events, with rows in URL encoding.
--
-- Events:
--     ev_type    I:key  U:key  D:key  R (TRUNCATE); key is the list of key
--                columns, separated by commas
--     ev_data    name=value&name=value, the new row, for DELETE the old one; NULL
--                is the name alone; empty for TRUNCATE
--     ev_extra1  schema.table, unquoted; of the partitioned table that the trigger
--                was made on, when a partition inherited it
--     ev_extra2  with argument backup the old row of an UPDATE, in the same form
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
--     Where a capture was prepared for the trigger (pgq.prepare_captures), that publishes the
--     row, unless it finds that it should not.
-- ----------------------------------------------------------------------
create or replace function pgq.logutriga()
returns pg_catalog.trigger
language plpgsql
as $$
declare
    ctx pg_catalog.record;
    ev pg_catalog.record;
    old_text pg_catalog.text;
    new_text pg_catalog.text;
    prepared pg_catalog.jsonb;
    label pg_catalog.text;
    id bigint;
begin
    if pg_catalog.current_setting('session_replication_role') operator(pg_catalog.<>) 'local' then
        -- Constants of the session's plan: see pgq._prepared_captures.
        if TG_WHEN operator(pg_catalog.=) 'AFTER' and TG_LEVEL operator(pg_catalog.=) 'ROW'
            and pg_catalog.current_setting('transaction_isolation') operator(pg_catalog.=) 'read committed'
        then
            if TG_OP operator(pg_catalog.=) 'INSERT' then
                prepared := case
                    when pg_catalog.pg_relation_filenode(pgq._row_table(case when false then NEW end)) is not null
                        then pgq._prepared_captures(case when false then NEW end)
                    when false then pg_catalog.to_jsonb(pgq.insert_event(null, null, null, null, null, null, null))
                    end operator(pg_catalog.->) TG_NAME::pg_catalog.text;
            else
                prepared := case
                    when pg_catalog.pg_relation_filenode(pgq._row_table(case when false then OLD end)) is not null
                        then pgq._prepared_captures(case when false then OLD end)
                    when false then pg_catalog.to_jsonb(pgq.insert_event(null, null, null, null, null, null, null))
                    end operator(pg_catalog.->) TG_NAME::pg_catalog.text;
            end if;
        end if;
        -- It is there no more when its queue was dropped a moment ago. From PostgreSQL 16 on a superuser has all privileges also on what is not there.
        if pg_catalog.pg_function_is_visible((prepared operator(pg_catalog.->>) 0)::pg_catalog.oid) is not null
            and pg_catalog.has_function_privilege((prepared operator(pg_catalog.->>) 0)::pg_catalog.oid, 'execute')
        then
            if (prepared operator(pg_catalog.->>) 2) is null then
                label := TG_TABLE_SCHEMA operator(pg_catalog.||) '.' operator(pg_catalog.||) TG_TABLE_NAME;
            else
                label := (select n.nspname operator(pg_catalog.||) '.' operator(pg_catalog.||) c.relname
                    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) c.relnamespace
                    where c.oid operator(pg_catalog.=) (prepared operator(pg_catalog.->>) 2)::pg_catalog.oid);
            end if;
            if TG_OP operator(pg_catalog.=) 'INSERT' then
                execute prepared operator(pg_catalog.->>) 1 into id using 'I', label, NEW, NEW;
            elsif TG_OP operator(pg_catalog.=) 'UPDATE' then
                execute prepared operator(pg_catalog.->>) 1 into id using 'U', label, OLD, NEW;
            else
                execute prepared operator(pg_catalog.->>) 1 into id using 'D', label, OLD, OLD;
            end if;
            if id is not null then
                return null;
            end if;
        end if;

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

        ev := pgq._trigger_event('urlencoded', TG_OP, ctx, old_text, new_text, null);
        if ev.doubtful is not null then
            ev := pgq._trigger_event('urlencoded', TG_OP, ctx, old_text, new_text,
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
