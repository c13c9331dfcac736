-- londiste.create_trigger(i_queue_name, i_table_name, i_trg_args, i_dest_table, i_node_type): makes the capture triggers of a table, or changes them when their arguments differ.
--
-- i_trg_args: tgflags=<letters> (I U D events, Q sqltriga, L logutriga, J jsontriga, B before, A after, S skip; default AIUDL), no_triggers, virtual_table,
-- skip, expect_sync, skip_truncate, merge_all, no_merge (the last ones concern local_add_table); all else goes to the trigger.
-- 200 OK; 201 Trigger not created; 403 AFTER trigger cannot work with SKIP trigger(s); 405 Multiple SKIP triggers.
create or replace function londiste.create_trigger(
    in i_queue_name text, in i_table_name text, in i_trg_args text[], in i_dest_table text, in i_node_type text,
    out ret_code int4, out ret_note text, out trigger_name text)
as $$
declare
    arg             text;
    flags           text := 'AIUDL';
    pass            text[] := '{}';
    renamed         boolean := i_dest_table <> i_table_name;
    do_skip         boolean := false;
    before          boolean;
    events          text := '';
    func            text;
    tg_args         text[];
    skip_triggers   text[];
    rel             oid := londiste.find_table_oid(i_dest_table);
    old             record;
    has_extra1      boolean := false;
begin
    trigger_name := '_londiste_' || i_queue_name;
    foreach arg in array coalesce(i_trg_args, '{}') loop
        if arg in ('no_triggers', 'virtual_table') then
            select 201, 'Trigger not created', null into ret_code, ret_note, trigger_name;
            return;
        elsif arg in ('skip', 'SKIP') then
            do_skip := true;
        elsif arg in ('expect_sync', 'skip_truncate', 'merge_all', 'no_merge') then
            null;
        elsif arg like 'tgflags=%' then
            flags := upper(substr(arg, 9));
        else
            has_extra1 := has_extra1 or arg like 'ev_extra1=%';
            pass := pass || arg;
        end if;
    end loop;

    before := strpos(flags, 'B') > 0 and strpos(flags, 'A') = 0;
    do_skip := do_skip or strpos(flags, 'S') > 0;
    select string_agg(e.word, ' or ') into events
        from (values (1, 'I', 'insert'), (2, 'U', 'update'), (3, 'D', 'delete')) e (nr, letter, word)
        where strpos(flags, e.letter) > 0;
    func := case when strpos(flags, 'J') > 0 then 'pgq.jsontriga'
                 when strpos(flags, 'Q') > 0 and strpos(flags, 'L') = 0 then 'pgq.sqltriga'
                 else 'pgq.logutriga' end;

    if i_node_type = 'leaf' then
        if to_regprocedure('pgq.logutriga()') is null or to_regprocedure('pgq.sqltriga()') is null then
            select 201, 'Trigger not created', null into ret_code, ret_note, trigger_name;
            return;
        end if;
        pass := pass || 'deny'::text;
    end if;
    if renamed and not has_extra1 then
        pass := pass || ('ev_extra1=' || quote_literal(i_table_name));
    end if;

    -- A SKIP trigger must be the last one: it stops the row operation for all after it.
    select array_agg(t.tgname::text order by t.tgname) into skip_triggers
        from pg_catalog.pg_trigger t
        where t.tgrelid = rel and not t.tgisinternal and t.tgname <> trigger_name and t.tgname <> 'zzz_' || trigger_name
            and position('\000SKIP\000'::bytea in t.tgargs) > 0;
    if not before and skip_triggers is not null then
        select 403, 'AFTER trigger cannot work with SKIP trigger(s)', null into ret_code, ret_note, trigger_name;
        return;
    end if;
    if do_skip then
        if array_length(skip_triggers, 1) > 1 then
            select 405, 'Multiple SKIP triggers', null into ret_code, ret_note, trigger_name;
            return;
        elsif skip_triggers is null then
            trigger_name := 'zzz_' || trigger_name;
            pass := pass || 'SKIP'::text;
        elsif skip_triggers[1] not like 'zzz\_%' then
            execute format('alter trigger %I on %s rename to %I', skip_triggers[1], londiste.quote_fqname(i_dest_table), 'zzz_' || skip_triggers[1]);
        end if;
    end if;

    tg_args := array[i_queue_name] || pass;
    select t.oid, londiste._trigger_args(t.tgargs) as args, t.tgfoid::regproc::text as func, t.tgtype into old
        from pg_catalog.pg_trigger t
        where t.tgrelid = rel and t.tgname = trigger_name and not t.tgisinternal;
    if found and (old.args <> tg_args or old.func <> func
            or old.tgtype <> 1 | case when before then 2 else 0 end | case when strpos(flags, 'I') > 0 then 4 else 0 end
                             | case when strpos(flags, 'D') > 0 then 8 else 0 end | case when strpos(flags, 'U') > 0 then 16 else 0 end) then
        execute format('drop trigger %I on %s', trigger_name, londiste.quote_fqname(i_dest_table));
        old := null;
    end if;
    if old.oid is null and events is not null then
        execute format('create trigger %I %s %s on %s for each row execute procedure %s(%s)',
            trigger_name, case when before then 'before' else 'after' end, events, londiste.quote_fqname(i_dest_table), func,
            (select string_agg(quote_literal(a.value), ', ' order by a.nr) from unnest(tg_args) with ordinality a (value, nr)));
    end if;

    perform 1 from pg_catalog.pg_trigger
        where tgrelid = rel and tgname = '_londiste_' || i_queue_name || '_truncate' and not tgisinternal;
    if not found then
        if renamed and i_node_type <> 'leaf' then
            execute format('create trigger %I after truncate on %s for each statement execute procedure londiste.truncate_trigger(%L, %L)',
                '_londiste_' || i_queue_name || '_truncate', londiste.quote_fqname(i_dest_table), i_queue_name, i_table_name);
        else
            execute format('create trigger %I after truncate on %s for each statement execute procedure pgq.sqltriga(%L%s)',
                '_londiste_' || i_queue_name || '_truncate', londiste.quote_fqname(i_dest_table), i_queue_name,
                case when i_node_type = 'leaf' then ', ''deny''' else '' end);
        end if;
    end if;
    select 200, 'OK' into ret_code, ret_note;
end;
$$ language plpgsql;
