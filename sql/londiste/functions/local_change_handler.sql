-- londiste.local_change_handler(i_queue_name, i_table_name, i_trg_args, i_table_attrs): other attributes and trigger arguments for a local table.
-- Triggers of before that are not wanted any more are dropped.
-- 200 Handler changed for table: d | Table handler updated with no triggers: d; 400 No such set: q; 404 no such local table: t.
create or replace function londiste.local_change_handler(
    in i_queue_name text, in i_table_name text, in i_trg_args text[], in i_table_attrs text,
    out ret_code int4, out ret_note text)
as $$
declare
    fq_table_name   text := londiste.make_fqname(i_table_name);
    dest            text;
    descr           text;
    node            record;
    res             record;
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
    select coalesce(t.dest_table, t.table_name) into dest
        from londiste.table_info t where t.queue_name = i_queue_name and t.table_name = fq_table_name;
    descr := case when dest = fq_table_name then dest else fq_table_name || '(' || dest || ')' end;
    select * into res from londiste.create_trigger(i_queue_name, fq_table_name, i_trg_args, dest, node.node_type);
    if res.ret_code <= 299 then
        update londiste.table_info set trigger_args = londiste._stored_trigger_args(i_trg_args)
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
