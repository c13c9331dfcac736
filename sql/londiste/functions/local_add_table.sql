-- londiste.local_add_table(i_queue_name, i_table_name, i_trg_args, i_table_attrs, i_dest_table): starts replicating a table on this node.
--
-- A table without a primary key is told apart by a unique index, see _find_key: the note then names it, and the triggers get the argument pkey=.
--
-- i_trg_args: see create_trigger; also expect_sync (no copy), skip_truncate, merge_all, no_merge, virtual_table (no structure check, no triggers).
-- i_table_attrs: urlencoded attributes (handler, copy_node, skip_truncate, max_parallel_copy). i_dest_table: local name when it differs.
-- 200 Table added: t | Table added: t, with the key of unique index i | Table already added: t | Table added with no triggers: t; 301 Table added: t, but londiste trigger is not first: g;
-- 301 Table already added: t. Triggers made again: t (why);
-- 400 Primary key missing on table: t (and why no unique index will do) | No such set: q; 404 Table does not exist: t | Table not available on queue: t; 405 merge conflicts; 410 other arguments before;
-- codes of create_trigger. With 4xx half of it may be done: the caller rolls back.
--
-- State of the table afterwards: ok on the root, with expect_sync, and on a leaf that is merged into a branch (where the branch's worker fills it);
-- else NULL: the worker copies it. On a leaf the same table of other queues that are merged into the same one is taken with merge_all, too, and is added on
-- the combined queue. Locks: the table_info row; the table, see create_trigger. Called by: add-table.
create or replace function londiste.local_add_table(
    in i_queue_name text, in i_table_name text, in i_trg_args text[], in i_table_attrs text, in i_dest_table text,
    out ret_code int4, out ret_note text)
as $$
declare
    fq_table_name   text := londiste.make_fqname(i_table_name);
    fq_dest         text := coalesce(londiste.make_fqname(i_dest_table), londiste.make_fqname(i_table_name));
    descr           text;
    args            text[] := coalesce(i_trg_args, '{}');
    attrs           text := i_table_attrs;
    merge_all       boolean := 'merge_all' = any (coalesce(i_trg_args, '{}'));
    no_merge        boolean := 'no_merge' = any (coalesce(i_trg_args, '{}'));
    virtual         boolean := 'virtual_table' = any (coalesce(i_trg_args, '{}'));
    expect_sync     boolean := 'expect_sync' = any (coalesce(i_trg_args, '{}')) or 'virtual_table' = any (coalesce(i_trg_args, '{}'));
    key             record;
    node            record;
    tbl             record;
    other           record;
    combined        record;
    trg             record;
    rel             oid;
    new_state       text;
    first_trigger   text;
begin
    descr := case when fq_dest = fq_table_name then fq_table_name else fq_table_name || '(' || fq_dest || ')' end;
    if merge_all and no_merge then
        select 405, 'Cannot use merge-all and no-merge together' into ret_code, ret_note;
        return;
    end if;
    perform pgq._check_transaction('add a table');
    if 'skip_truncate' = any (args) and coalesce(attrs, '') not like '%skip\_truncate=%' then
        attrs := case when coalesce(attrs, '') = '' then '' else attrs || '&' end || 'skip_truncate=1';
    end if;

    if not virtual then
        rel := londiste.find_table_oid(fq_dest);
        if rel is null then
            select 404, 'Table does not exist: ' || descr into ret_code, ret_note;
            return;
        end if;
        key := londiste._find_key(rel, args);
        if key.problem is null and key.pkey_arg is not null and not key.pkey_arg = any (args) then
            args := array_append(args, key.pkey_arg);
        elsif key.problem is not null then
            -- A copy from another part of the same merge has dropped it for the moment.
            perform 1
                from londiste.table_info t
                join pgq_node.node_info n on n.queue_name = t.queue_name
                join pgq_node.node_info mine on mine.queue_name = i_queue_name and mine.combined_queue = n.combined_queue
                where t.queue_name <> i_queue_name and coalesce(t.dest_table, t.table_name) = fq_dest and t.dropped_ddl is not null;
            if not found then
                select 400, 'Primary key missing on table: ' || descr || ' (' || key.problem || ')' into ret_code, ret_note;
                return;
            end if;
        end if;
    end if;

    select * into node from pgq_node.get_node_info(i_queue_name);
    if node.ret_code >= 400 then
        select 400, 'No such set: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;

    select t.local, t.table_attrs, t.dest_table into tbl
        from londiste.table_info t
        where t.queue_name = i_queue_name and t.table_name = fq_table_name
        for update;
    if not found then
        if node.node_type <> 'root' then
            select 404, 'Table not available on queue: ' || descr into ret_code, ret_note;
            return;
        end if;
        perform londiste.global_add_table(i_queue_name, fq_table_name);
    elsif tbl.local then
        if coalesce(tbl.dest_table, fq_table_name) <> fq_dest then
            select 410, 'Table ' || descr || ' already added, but with different args: dest_table='
                || coalesce(tbl.dest_table, fq_table_name) into ret_code, ret_note;
        elsif coalesce(tbl.table_attrs, '') <> coalesce(attrs, '') then
            select 410, 'Table ' || descr || ' already added, but with different args: ' || coalesce(tbl.table_attrs, '') into ret_code, ret_note;
        else
            -- Without arguments it keeps those that it has.
            select r.ret_code, r.ret_note into trg
                from londiste.restore_triggers(i_queue_name, fq_table_name,
                                               case when londiste._stored_trigger_args(i_trg_args) = '{}' then i_trg_args else args end) r;
            if trg.ret_code >= 400 then
                ret_code := trg.ret_code;
                ret_note := trg.ret_note;
                return;
            end if;
            ret_code := greatest(trg.ret_code, 200);
            ret_note := 'Table already added: ' || descr || case when trg.ret_code < 200 then '' else '. ' || trg.ret_note end
                || case when trg.ret_code < 300 then ''
                        when node.node_type = 'root' then '. Changes made in the meantime were not published: run resync ' || fq_table_name || ' on the other nodes'
                        else '. If rows were changed here, run resync ' || fq_table_name end;
        end if;
        return;
    end if;

    if node.node_type = 'root' or expect_sync or (node.node_type = 'leaf' and node.combined_type = 'branch') then
        new_state := 'ok';
    end if;
    if node.node_type = 'root' then
        perform londiste.root_notify_change(i_queue_name, 'londiste.add-table', fq_table_name);
    end if;
    update londiste.table_info
        set local = true, merge_state = new_state, table_attrs = coalesce(attrs, table_attrs), dest_table = nullif(fq_dest, fq_table_name),
            trigger_args = londiste._stored_trigger_args(args)
        where queue_name = i_queue_name and table_name = fq_table_name;

    -- A copy would empty the table, and what another queue has brought would be lost.
    if node.node_type <> 'root' and new_state is distinct from 'ok' then
        select t.queue_name, t.merge_state into other
            from londiste.table_info t
            join pgq_node.node_info n on n.queue_name = t.queue_name
            where t.queue_name <> i_queue_name and t.local and n.node_type <> 'root'
                and coalesce(t.dest_table, t.table_name) = fq_dest
                and n.combined_queue is distinct from i_queue_name and node.combined_queue is distinct from t.queue_name
            order by t.merge_state is not distinct from 'ok', t.queue_name
            limit 1;
        if found and (coalesce(attrs, '') !~ '(^|&)skip_truncate=[^&0]' or other.merge_state is distinct from 'ok') then
            select 405, 'Found local table ' || descr || ' in queue ' || other.queue_name
                || ', use remove-table first to remove all previous table subscriptions' into ret_code, ret_note;
            return;
        end if;
    end if;

    if node.node_type = 'leaf' and not no_merge then
        for other in
            select t.queue_name, t.table_name, t.local
            from londiste.table_info t
            join pgq_node.node_info n on n.queue_name = t.queue_name
            where t.queue_name <> i_queue_name and n.node_type = 'leaf'
                and n.combined_queue is not distinct from node.combined_queue
                and coalesce(t.dest_table, t.table_name) = fq_dest
            order by 1
        loop
            if other.local then
                if new_state is distinct from 'ok' then
                    select 405, 'Found local table ' || descr || ' in queue ' || other.queue_name
                        || ', use remove-table first to remove all previous table subscriptions' into ret_code, ret_note;
                    return;
                end if;
            elsif not merge_all and new_state is distinct from 'ok' then
                select 405, 'Found multiple sources for table ' || descr || ', use merge-all or no-merge to continue' into ret_code, ret_note;
                return;
            elsif merge_all or node.combined_queue is not null then
                update londiste.table_info
                    set local = true, merge_state = new_state, table_attrs = coalesce(attrs, table_attrs),
                        dest_table = nullif(fq_dest, table_name), trigger_args = londiste._stored_trigger_args(args)
                    where queue_name = other.queue_name and table_name = other.table_name;
                select * into trg from londiste.create_trigger(other.queue_name, other.table_name, args, fq_dest, 'leaf');
                if trg.ret_code > 299 then
                    ret_code := trg.ret_code;
                    ret_note := 'Trigger creation failed for table ' || descr || ': ' || trg.ret_note;
                    return;
                end if;
            end if;
        end loop;

        if node.combined_queue is not null and node.combined_type in ('root', 'branch') then
            perform 1 from londiste.table_info t
                where t.queue_name = node.combined_queue and t.table_name = fq_table_name and t.local;
            if not found then
                select * into combined from londiste.local_add_table(node.combined_queue, fq_table_name, args, attrs, i_dest_table);
                if combined.ret_code >= 400 then
                    ret_code := combined.ret_code;
                    ret_note := combined.ret_note;
                    return;
                end if;
            end if;
        end if;
    end if;

    select * into trg from londiste.create_trigger(i_queue_name, fq_table_name, args, fq_dest, node.node_type);
    if trg.ret_code > 299 then
        ret_code := trg.ret_code;
        ret_note := 'Trigger creation failed for table ' || descr || ': ' || trg.ret_note;
        return;
    end if;
    if trg.ret_code = 201 then
        select 200, 'Table added with no triggers: ' || descr into ret_code, ret_note;
        return;
    end if;

    perform londiste._note_structure(i_queue_name, fq_table_name);
    if exists (select 1 from pg_catalog.pg_class c where c.oid = rel and c.relkind = 'p') then
        perform londiste.check_partitions(i_queue_name);
    end if;

    -- Triggers fire in the order of their names: what one before ours does to other tables would be published before its cause.
    select t.tgname into first_trigger
        from pg_catalog.pg_trigger t
        join pg_catalog.pg_trigger ours on ours.tgrelid = t.tgrelid and ours.tgname = trg.trigger_name
        where t.tgrelid = rel and not t.tgisinternal
            and t.tgtype & 67 = 1 and ours.tgtype & 67 = 1      -- AFTER, FOR EACH ROW
            and t.tgname < ours.tgname
            and not londiste.is_replica_func(t.tgfoid)
            and t.tgname not like '\_londiste\_%' and t.tgname not like '%\_logger'
        order by t.tgname
        limit 1;
    if found then
        select 301, 'Table added: ' || descr || ', but londiste trigger is not first: ' || first_trigger into ret_code, ret_note;
        return;
    end if;
    select 200, 'Table added: ' || descr || coalesce(', with the key of unique index ' || key.index_name, '') into ret_code, ret_note;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;

-- The same without a destination name.
create or replace function londiste.local_add_table(
    in i_queue_name text, in i_table_name text, in i_trg_args text[], in i_table_attrs text,
    out ret_code int4, out ret_note text)
as $$
    select f.ret_code, f.ret_note from londiste.local_add_table($1, $2, $3, $4, null) f;
$$ language sql set search_path = pg_catalog, pg_temp;

-- The same without attributes.
create or replace function londiste.local_add_table(
    in i_queue_name text, in i_table_name text, in i_trg_args text[],
    out ret_code int4, out ret_note text)
as $$
    select f.ret_code, f.ret_note from londiste.local_add_table($1, $2, $3, null, null) f;
$$ language sql set search_path = pg_catalog, pg_temp;

-- The same without any option.
create or replace function londiste.local_add_table(
    in i_queue_name text, in i_table_name text,
    out ret_code int4, out ret_note text)
as $$
    select f.ret_code, f.ret_note from londiste.local_add_table($1, $2, null, null, null) f;
$$ language sql strict set search_path = pg_catalog, pg_temp;
