-- londiste.local_change_handler(i_queue_name, i_table_name, i_trg_args, i_table_attrs): other attributes and trigger arguments for a local table.
-- Triggers of before that are not wanted any more are dropped. Without a primary key as in local_add_table: the argument pkey= is added.
-- 200 Handler changed for table: d | Table handler updated with no triggers: d; 400 No such set: q | Primary key missing on table: t (why); 404 no such local table: t.
create or replace function londiste.local_change_handler(
    in i_queue_name text, in i_table_name text, in i_trg_args text[], in i_table_attrs text,
    out ret_code int4, out ret_note text)
as $$
declare
    fq_table_name   text := londiste.make_fqname(i_table_name);
    dest            text;
    in_copy         boolean;    -- its indexes may be away for the moment
    descr           text;
    node            record;
    res             record;
    key             record;
    args            text[] := coalesce(i_trg_args, '{}');
begin
    select * into node from pgq_node.get_node_info(i_queue_name);
    if node.ret_code >= 400 then
        select 400, 'No such set: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    select f.ret_code, f.ret_note into res from londiste.local_set_table_attrs(i_queue_name, fq_table_name, i_table_attrs) f;
    if res.ret_code >= 400 then
        ret_code := res.ret_code;
        ret_note := res.ret_note;
        return;
    end if;
    select coalesce(t.dest_table, t.table_name), t.dropped_ddl is not null into dest, in_copy
        from londiste.table_info t where t.queue_name = i_queue_name and t.table_name = fq_table_name;
    descr := case when dest = fq_table_name then dest else fq_table_name || '(' || dest || ')' end;
    if not args && '{no_triggers,virtual_table}' then
        key := londiste._find_key(londiste.find_table_oid(dest), args);
        if key.problem is not null and not in_copy then
            select 400, 'Primary key missing on table: ' || descr || ' (' || key.problem || ')' into ret_code, ret_note;
            return;
        elsif key.problem is null and not key.pkey_arg = any (args) then
            args := array_append(args, key.pkey_arg);
        end if;
    end if;
    select * into res from londiste.create_trigger(i_queue_name, fq_table_name, args, dest, node.node_type);
    if res.ret_code <= 299 then
        update londiste.table_info set trigger_args = londiste._stored_trigger_args(args)
            where queue_name = i_queue_name and table_name = fq_table_name;
    end if;
    if res.ret_code > 299 then
        ret_code := res.ret_code;
        ret_note := 'Trigger creation failed for table ' || descr || ': ' || res.ret_note;
    elsif res.ret_code = 201 then
        perform londiste.drop_table_triggers(i_queue_name, fq_table_name);
        select 200, 'Table handler updated with no triggers: ' || descr into ret_code, ret_note;
    else
        select 200, 'Handler changed for table: ' || descr into ret_code, ret_note;
    end if;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
