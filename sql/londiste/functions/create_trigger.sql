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
-- Made are _londiste_<queue> (zzz__londiste_<queue> when it has to SKIP) and _londiste_<queue>_truncate. On a leaf both get the argument deny. Those that are
-- disabled are enabled. Their comment tells the name on the queue (_trigger_label).
-- Of a table with another name here, ev_extra1= and londiste.truncate_trigger give the name on the queue.
-- Of a partitioned table its partitions get one that sees TRUNCATE of a single partition, see _watch_partitions.
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
    want        record;
    is_before   boolean;
    args        text[];
    row_name    name;
    other_name  name := 'zzz__londiste_' || i_queue_name;
    skips       text[];
    made        name[] := '{}';
    tg          record;
    other       record;
begin
    ret_code := 201;
    ret_note := 'Trigger not created';
    if 'no_triggers' = any (i_trg_args) or 'virtual_table' = any (i_trg_args) then
        return;
    end if;
    if i_node_type = 'leaf' and (to_regprocedure('pgq.logutriga()') is null or to_regprocedure('pgq.sqltriga()') is null) then
        return;
    end if;
    if tbl is null then
        ret_code := 404;
        ret_note := 'Table does not exist: ' || dest_table;
        return;
    end if;

    want := londiste._wanted_triggers(i_queue_name, i_table_name, i_trg_args, i_dest_table, i_node_type);
    if want.flags ~ '[^IUDLQJABS]' then
        ret_code := 400;
        ret_note := 'Unknown trigger flags: ' || regexp_replace(want.flags, '[IUDLQJABS]', '', 'g');
        return;
    end if;
    row_name := want.row_name;
    args := want.row_args;
    is_before := want.row_type & 2 <> 0;

    -- A SKIP trigger ends the row operation for all triggers after it, so there can be one, and it must be the last.
    select array_agg(t.tgname::text order by t.tgname) into skips
        from pg_catalog.pg_trigger t
        where t.tgrelid = tbl and (not t.tgisinternal or t.tgparentid <> 0)
            and t.tgname not in (row_name, other_name)
            and position(londiste._trigger_args('{"",SKIP}') in t.tgargs) > 0;
    if not is_before and (want.is_skip or skips is not null) then
        ret_code := 403;
        ret_note := 'AFTER trigger cannot work with SKIP trigger(s)';
        return;
    end if;
    if want.is_skip then
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
        select w.name, w.tgtype, to_regprocedure(w.func) as func, londiste._trigger_args(w.args) as tgargs,
               format('%s %s on %s for each %s execute function %s(%s)',
                      case when is_before and w.tgtype & 1 <> 0 then 'before' else 'after' end,
                      (select string_agg(e.word, ' or ' order by e.nr)
                       from (values (1, 4, 'insert'), (2, 16, 'update'), (3, 8, 'delete'), (4, 32, 'truncate')) e (nr, bit, word) where w.tgtype & e.bit <> 0),
                      tbl::regclass, case when w.tgtype & 1 <> 0 then 'row' else 'statement' end, w.func::regprocedure::regproc,
                      (select string_agg(quote_literal(a), ', ' order by nr) from unnest(w.args) with ordinality u (a, nr))) as def
        from (values (row_name, want.row_func, want.row_type, args),
                     (want.truncate_name, want.truncate_func, want.truncate_type, want.truncate_args)) w (name, func, tgtype, args)
    loop
        -- One that does the same is ours, if it was given another name.
        select t.*, t.tgfoid = tg.func and t.tgtype = tg.tgtype and t.tgargs = tg.tgargs and t.tgqual is null and t.tgattr = ''::int2vector as fits into other
            from pg_catalog.pg_trigger t
            where t.tgrelid = tbl and (not t.tgisinternal or t.tgparentid <> 0)
                and (t.tgname = tg.name or t.tgfoid = tg.func and t.tgtype = tg.tgtype and t.tgargs = tg.tgargs and t.tgqual is null and t.tgattr = ''::int2vector)
            order by t.tgname = tg.name desc
            limit 1;
        if found and not other.fits then
            if londiste.is_replica_func(other.tgfoid)
                and not starts_with(encode(other.tgargs, 'hex'), encode(londiste._trigger_args(array[i_queue_name]), 'hex'))
            then
                ret_code := 405;
                ret_note := 'Trigger name ' || tg.name || ' is taken by another queue';
                return;
            end if;
            execute format('drop trigger %I on %s', tg.name, tbl::regclass);
        end if;
        if other.fits then
            tg.name := other.tgname;
        else
            execute format('create trigger %I %s', tg.name, tg.def);
        end if;
        perform londiste._enable_trigger(tbl, tg.name, londiste._trigger_label(queue_table));
        made := array_append(made, tg.name);
    end loop;

    -- What was made before, with SKIP or without it, or renamed since, must not publish the same change again.
    for other in
        select t.tgname
        from pg_catalog.pg_trigger t
        where t.tgrelid = tbl and not t.tgisinternal and t.tgparentid = 0 and t.tgname <> all (made)
            and (t.tgname = other_name or pg_catalog.obj_description(t.oid, 'pg_trigger') = londiste._trigger_label(queue_table))
            and londiste.is_replica_func(t.tgfoid)
            and starts_with(encode(t.tgargs, 'hex'), encode(londiste._trigger_args(array[i_queue_name]), 'hex'))
    loop
        execute format('drop trigger %I on %s', other.tgname, tbl::regclass);
    end loop;

    perform londiste._watch_partitions(i_queue_name, tbl, queue_table, i_node_type = 'leaf');
    -- Without C.
    if has_function_privilege(to_regprocedure('pgq.prepare_captures(oid)'), 'execute') then
        execute 'select pgq.prepare_captures($1)' using tbl;
    end if;

    trigger_name := made[1];
    ret_code := 200;
    ret_note := 'OK';
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
