-- londiste.create_trigger(i_queue_name, i_table_name, i_trg_args, i_dest_table, i_node_type): makes the triggers that publish a table's changes, or
-- that refuse them on a leaf, and makes those again that are there with another function, other events or other arguments.
--
-- i_table_name is the name on the queue, i_dest_table the local one. i_trg_args, in any order:
--   tgflags=<letters>    I U D events; L logutriga, Q sqltriga, J jsontriga; A after, B before; S skip. Default AIUDL, also for a group without a
--                        letter. If several of a group are given, J wins over L, L over Q, A over B. Upper or lower case.
--   no_triggers, virtual_table   make none
--   skip, SKIP           the trigger suppresses the operation on the table: BEFORE only, and last of all
--   expect_sync, skip_truncate, merge_all, no_merge   concern londiste.local_add_table only
--   all else             goes to the trigger
--
-- Made are _londiste_<queue> (zzz__londiste_<queue> when it has to SKIP) and _londiste_<queue>_truncate. On a leaf both get the argument deny.
-- Of a table with another name here, ev_extra1= and londiste.truncate_trigger give the name on the queue.
--
-- 200 OK, and the row trigger's name; 201 Trigger not created; 400 Unknown trigger flags: x; 403 AFTER trigger cannot work with SKIP trigger(s);
-- 404 Table does not exist: t; 405 Multiple SKIP triggers; 405 Trigger name n is taken by another queue.
-- Locks: the table in SHARE ROW EXCLUSIVE mode when a trigger is made, in ACCESS EXCLUSIVE mode when one is replaced; nothing when all are there.
-- Called by: local_add_table, local_change_handler.
create or replace function londiste.create_trigger(
    in i_queue_name text, in i_table_name text, in i_trg_args text[], in i_dest_table text, in i_node_type text,
    out ret_code int4, out ret_note text, out trigger_name text)
returns record as $$
declare
    queue_table text := londiste.make_fqname(i_table_name);
    dest_table  text := coalesce(londiste.make_fqname(i_dest_table), londiste.make_fqname(i_table_name));
    tbl         oid := londiste.find_table_oid(dest_table);
    is_leaf     boolean := i_node_type = 'leaf';
    flags       text := 'AIUDL';
    is_skip     boolean := false;
    is_before   boolean;
    args        text[] := array[i_queue_name];
    arg         text;
    events      text[];
    func        text;
    -- The server cuts names at 63 bytes.
    row_name    name := '_londiste_' || i_queue_name;
    other_name  name := 'zzz__londiste_' || i_queue_name;
    trunc_name  name := '_londiste_' || i_queue_name || '_truncate';
    skips       text[];
    tg          record;
    other       record;
begin
    ret_code := 201;
    ret_note := 'Trigger not created';
    if 'no_triggers' = any (i_trg_args) or 'virtual_table' = any (i_trg_args) then
        return;
    end if;
    if is_leaf and (to_regprocedure('pgq.logutriga()') is null or to_regprocedure('pgq.sqltriga()') is null) then
        return;
    end if;
    if tbl is null then
        ret_code := 404;
        ret_note := 'Table does not exist: ' || dest_table;
        return;
    end if;

    foreach arg in array coalesce(i_trg_args, '{}') loop
        if arg in ('skip', 'SKIP') then
            is_skip := true;
        elsif starts_with(lower(arg), 'tgflags=') then
            flags := upper(substr(arg, 9));
        elsif arg not in ('expect_sync', 'skip_truncate', 'merge_all', 'no_merge') then
            args := array_append(args, arg);
        end if;
    end loop;
    if flags ~ '[^IUDLQJABS]' then
        ret_code := 400;
        ret_note := 'Unknown trigger flags: ' || regexp_replace(flags, '[IUDLQJABS]', '', 'g');
        return;
    end if;
    is_skip := is_skip or flags ~ 'S';
    is_before := flags ~ 'B' and flags !~ 'A';
    func := case when flags ~ 'J' then 'pgq.jsontriga()'
                 when flags ~ 'Q' and flags !~ 'L' then 'pgq.sqltriga()'
                 else 'pgq.logutriga()' end;
    select array_agg(e.word order by e.nr) into events
        from (values (1, 'I', 'insert'), (2, 'U', 'update'), (3, 'D', 'delete')) e (nr, letter, word)
        where strpos(flags, e.letter) > 0 or flags !~ '[IUD]';

    if is_leaf then
        args := array_append(args, 'deny');
    end if;
    if dest_table <> queue_table and not exists (select 1 from unnest(args[2:]) a where starts_with(a, 'ev_extra1=')) then
        args := array_append(args, 'ev_extra1=' || quote_literal(queue_table));
    end if;

    -- Cut, both names of a long queue are the same.
    if trunc_name = row_name then
        trunc_name := '_londiste_' || md5(i_queue_name) || '_truncate';
    end if;

    -- A SKIP trigger ends the row operation for all triggers after it, so there can be one, and it must be the last.
    select array_agg(t.tgname::text order by t.tgname) into skips
        from pg_catalog.pg_trigger t
        where t.tgrelid = tbl and not t.tgisinternal
            and t.tgname not in (row_name, other_name)
            and position(londiste._trigger_args('{"",SKIP}') in t.tgargs) > 0;
    if not is_before and (is_skip or skips is not null) then
        ret_code := 403;
        ret_note := 'AFTER trigger cannot work with SKIP trigger(s)';
        return;
    end if;
    if is_skip then
        if cardinality(skips) > 1 then
            ret_code := 405;
            ret_note := 'Multiple SKIP triggers';
            return;
        elsif skips is null then
            other_name := row_name;
            row_name := 'zzz__londiste_' || i_queue_name;
            args := array_append(args, 'SKIP');
        elsif not starts_with(skips[1], 'zzz_') then
            execute format('alter trigger %I on %s rename to %I', skips[1], tbl::regclass, ('zzz_' || skips[1])::name);
        end if;
    end if;

    for tg in
        -- Bits of tgtype: 1 row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate.
        select row_name as name, func::regprocedure as func, londiste._trigger_args(args) as tgargs,
               (1 + case when is_before then 2 else 0 end
                  + case when 'insert' = any (events) then 4 else 0 end
                  + case when 'delete' = any (events) then 8 else 0 end
                  + case when 'update' = any (events) then 16 else 0 end)::int2 as tgtype,
               format('%s %s on %s for each row execute function %s(%s)',
                      case when is_before then 'before' else 'after' end, array_to_string(events, ' or '),
                      tbl::regclass, func::regprocedure::regproc,
                      (select string_agg(quote_literal(a), ', ' order by nr) from unnest(args) with ordinality u (a, nr))) as def
        union all
        select trunc_name, f.func, londiste._trigger_args(f.args), 32::int2,
               format('after truncate on %s for each statement execute function %s(%s)', tbl::regclass, f.func::regproc,
                      (select string_agg(quote_literal(a), ', ' order by nr) from unnest(f.args) with ordinality u (a, nr)))
        from (select case when dest_table <> queue_table and not is_leaf then 'londiste.truncate_trigger()' else 'pgq.sqltriga()' end::regprocedure,
                     case when is_leaf then array[i_queue_name, 'deny']
                          when dest_table <> queue_table then array[i_queue_name, queue_table]
                          else array[i_queue_name] end) f (func, args)
    loop
        select t.* into other
            from pg_catalog.pg_trigger t
            where t.tgrelid = tbl and not t.tgisinternal and t.tgname = tg.name;
        if found then
            if other.tgfoid = tg.func and other.tgtype = tg.tgtype and other.tgargs = tg.tgargs
                and other.tgqual is null and other.tgattr = ''::int2vector
            then
                continue;
            end if;
            if londiste.is_replica_func(other.tgfoid)
                and not starts_with(encode(other.tgargs, 'hex'), encode(londiste._trigger_args(array[i_queue_name]), 'hex'))
            then
                ret_code := 405;
                ret_note := 'Trigger name ' || tg.name || ' is taken by another queue';
                return;
            end if;
            execute format('drop trigger %I on %s', tg.name, tbl::regclass);
        end if;
        execute format('create trigger %I %s', tg.name, tg.def);
    end loop;

    -- With SKIP and without it the name is another: what was made before must not publish the same change again.
    perform 1
        from pg_catalog.pg_trigger t
        where t.tgrelid = tbl and not t.tgisinternal and t.tgname = other_name
            and londiste.is_replica_func(t.tgfoid)
            and starts_with(encode(t.tgargs, 'hex'), encode(londiste._trigger_args(array[i_queue_name]), 'hex'));
    if found then
        execute format('drop trigger %I on %s', other_name, tbl::regclass);
    end if;

    trigger_name := row_name;
    ret_code := 200;
    ret_note := 'OK';
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
