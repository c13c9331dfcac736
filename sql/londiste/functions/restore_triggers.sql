-- londiste.restore_triggers(i_queue_name, i_table_name, i_trg_args): makes the triggers of a local table again that are missing, disabled or wrong.
-- i_trg_args: as in local_add_table; without any that concern triggers, those that the table was added with,
-- or, where that is not known, those of the trigger that is there.
-- 100 Triggers in order: t; 301 Triggers made again: t (<what was wrong>); 200 Triggers changed: t; codes of create_trigger; 404 no such local table: t.
-- Locks: see create_trigger. Called by: local_add_table for a table that is there already, resync.
create or replace function londiste.restore_triggers(
    in i_queue_name text, in i_table_name text, in i_trg_args text[],
    out ret_code int4, out ret_note text)
as $$
declare
    fq_table_name   text := londiste.make_fqname(i_table_name);
    given           text[] := londiste._stored_trigger_args(i_trg_args);
    args            text[];
    faults          text;
    tbl             record;
    trg             record;
begin
    select coalesce(t.dest_table, t.table_name) as dest, t.trigger_args, n.node_type into tbl
        from londiste.table_info t
        join pgq_node.node_info n on n.queue_name = t.queue_name
        where t.queue_name = i_queue_name and t.table_name = fq_table_name and t.local;
    if not found then
        select 404, 'no such local table: ' || fq_table_name into ret_code, ret_note;
        return;
    end if;
    select string_agg(c.message, '; ') into faults from londiste.check_tables(i_queue_name, fq_table_name) c where c.kind <> 'key_lost';
    args := case when given <> '{}' then given else coalesce(tbl.trigger_args, londiste._found_trigger_args(i_queue_name, fq_table_name, tbl.dest), '{}') end;
    if faults is null and (given = '{}' or given = tbl.trigger_args) then
        select 100, 'Triggers in order: ' || fq_table_name into ret_code, ret_note;
        return;
    end if;

    select * into trg from londiste.create_trigger(i_queue_name, fq_table_name, args, tbl.dest, tbl.node_type);
    if trg.ret_code > 299 then
        ret_code := trg.ret_code;
        ret_note := 'Trigger creation failed for table ' || fq_table_name || ': ' || trg.ret_note;
        return;
    end if;
    if trg.ret_code = 201 then
        perform londiste.drop_table_triggers(i_queue_name, fq_table_name);
    end if;
    update londiste.table_info set trigger_args = args
        where queue_name = i_queue_name and table_name = fq_table_name and trigger_args is distinct from args;
    if faults is null then
        select 200, 'Triggers changed: ' || fq_table_name into ret_code, ret_note;
    else
        select 301, 'Triggers made again: ' || fq_table_name || ' (' || faults || ')' into ret_code, ret_note;
    end if;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
