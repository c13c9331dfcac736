-- londiste._publish_rows(i_queue_name, i_partition): publishes the rows that a table brought with it when it became a partition, each as the insert that the trigger which it
-- has now would have written: with its format, its arguments, under the name of the table above.
--
-- Has no search_path of its own, nor settings and rights: it reads and evaluates as the trigger would, so every name is qualified. Does nothing where no trigger of the queue would
-- publish an insert. The caller has the table locked. Called by: ddl_trigger.
create or replace function londiste._publish_rows(i_queue_name text, i_partition oid)
returns void as $$
declare
    trg     record;
    ctx     record;
    r       record;
    ev      record;
    args    pg_catalog.text[];
    source  constant pg_catalog.text := pg_catalog.format(' from only %s as _pgq_row', i_partition::pg_catalog.regclass);
    row_text    pg_catalog.text;
    row_check   pg_catalog.text;
    is_usual    boolean;
    format      pg_catalog.text;
begin
    if pg_catalog.row_security_active(i_partition) then
        raise exception 'table "%" cannot be attached: its row security hides rows, which would not be replicated', i_partition::pg_catalog.regclass
            using errcode = 'insufficient_privilege', hint = 'Disable its row security, or attach it as a role that sees all of its rows.';
    end if;
    for trg in
        select t.tgname, t.tgtype, t.tgargs, p.proname, n.nspname, c.relname
        from pg_catalog.pg_trigger t
        join pg_catalog.pg_proc p on p.oid operator(pg_catalog.=) t.tgfoid
        join pg_catalog.pg_class c on c.oid operator(pg_catalog.=) t.tgrelid
        join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) c.relnamespace
        where t.tgrelid operator(pg_catalog.=) i_partition and t.tgtype operator(pg_catalog.&) 5::pg_catalog.int2 operator(pg_catalog.=) 5::pg_catalog.int2
            and t.tgenabled operator(pg_catalog.=) any (array['O', 'A']::pg_catalog."char"[]) and londiste.is_replica_func(t.tgfoid)
        order by t.tgname
    loop
        args := array(select pg_catalog.convert_from(pg_catalog.decode(a.part, 'escape'), pg_catalog.getdatabaseencoding())
                      from pg_catalog.unnest(pg_catalog.string_to_array(pg_catalog.encode(trg.tgargs, 'escape'), E'\\000')) with ordinality a (part, nr)
                      order by a.nr);
        -- the last one ends with a zero byte, too; numbered from 0, as a trigger function has them
        args := pg_catalog.format('[0:%s]=%s', pg_catalog.cardinality(args) operator(pg_catalog.-) 2, args[:pg_catalog.cardinality(args) operator(pg_catalog.-) 1])::pg_catalog.text[];
        continue when args[0] operator(pg_catalog.<>) i_queue_name;
        ctx := pgq._trigger_context(i_partition, trg.tgname, trg.nspname, trg.relname, 'INSERT',
            case when trg.tgtype operator(pg_catalog.&) 2::pg_catalog.int2 operator(pg_catalog.=) 0::pg_catalog.int2 then 'AFTER' else 'BEFORE' end, 'ROW', args);
        row_text := case when ctx.ordinary then 'pg_catalog.format(''%s'', _pgq_row.*)' else 'pgq._row_text(_pgq_row.*)' end;
        row_check := case when ctx.frozen then 'pgq._row_check(_pgq_row.*, $2, $3)' else 'null' end;
        format := case when trg.proname operator(pg_catalog.=) 'sqltriga' then 'sql' when trg.proname operator(pg_catalog.=) 'jsontriga' then 'json' else 'urlencoded' end;
        -- What is the same in all of them is asked for once, in the usual format.
        is_usual := trg.proname operator(pg_catalog.=) 'logutriga' and ctx.exprs is null and not ctx.magic;
        for r in
            execute 'select ' operator(pg_catalog.||) row_text operator(pg_catalog.||) ' as new_text, '
                    operator(pg_catalog.||) case when ctx.exprs is null then 'null::pg_catalog.text[]' else 'pgq._trigger_overrides($1, $2, _pgq_row.*)' end
                    operator(pg_catalog.||) ' as overrides, ' operator(pg_catalog.||) row_check operator(pg_catalog.||) source operator(pg_catalog.||) case when is_usual then ' limit 1' else '' end
                using ctx.exprs, ctx.names, ctx.types
        loop
            ev := pgq._trigger_event(format, 'INSERT', ctx, null, r.new_text, null);
            if is_usual then
                execute 'select pg_catalog.count(pgq.insert_event($1, $4, pgq._row_urlencoded($2, $6, pgq._row_values(' operator(pg_catalog.||) row_text
                        operator(pg_catalog.||) '), $7), $5, null, null, null)), pg_catalog.count(' operator(pg_catalog.||) row_check operator(pg_catalog.||) '::pg_catalog.text)'
                        operator(pg_catalog.||) source
                    using ctx.queue, ctx.names, ctx.types, ev.ev_type, ev.ev_extra1, ctx.kinds, ctx.hidden;
            elsif ctx.exprs is null then
                perform pgq.insert_event(ctx.queue, ev.ev_type, ev.ev_data, ev.ev_extra1, ev.ev_extra2, ev.ev_extra3, ev.ev_extra4);
            else
                perform pgq._insert_overridden(ctx.queue, ctx.exprs, r.overrides, ev.ev_type, ev.ev_data, ev.ev_extra1, ev.ev_extra2, ev.ev_extra3, ev.ev_extra4);
            end if;
        end loop;
    end loop;
end;
$$ language plpgsql;
