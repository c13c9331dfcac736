-- pgq.maint_operations(): what a maintenance round has to do, in order. A function takes no or one text argument and returns 1 to be called again at once, 0 when
-- done; `vacuum` and `vacuum analyze` are statements with a table name. Each is run in a transaction of its own.
create or replace function pgq.maint_operations(out func_name text, out func_arg text)
returns setof record as $$
declare
    q       record;
    rotate  boolean := false;
    prepare boolean;
    f       text;
begin
    func_name := 'pgq.maint_rotate_tables_step1';
    for q in
        select queue_name from pgq.queue
        where queue_rotation_period is not null and queue_switch_step2 is not null
            and (queue_switch_time + queue_rotation_period < current_timestamp or queue_switch_time > current_timestamp)
        order by 1
    loop
        rotate := true;
        func_arg := q.queue_name;
        return next;
    end loop;

    perform 1 from pgq.queue where queue_switch_step2 is null;
    if found or rotate then
        func_name := 'pgq.maint_rotate_tables_step2';
        func_arg := null;
        return next;
    end if;

    if exists (select 1 from pgq.queue where queue_switch_time + 2 * queue_rotation_period < current_timestamp)
        or exists (select 1 from pgq.condition where kind = 'rotation_blocked')
    then
        func_name := 'pgq.maint_rotation_check';
        func_arg := null;
        return next;
    end if;

    for q in select queue_name, queue_extra_maint from pgq.queue where queue_extra_maint is not null order by 1 loop
        foreach f in array q.queue_extra_maint loop
            func_name := f;
            func_arg := q.queue_name;
            return next;
        end loop;
    end loop;

    func_name := 'vacuum';
    for func_arg in select t from pgq.maint_tables_to_vacuum() t loop
        return next;
    end loop;

    -- Without C.
    if to_regprocedure('pgq._captures_may_have_changed()') is not null then
        execute 'select pgq._captures_may_have_changed()' into prepare;
        if prepare then
            func_name := 'pgq.prepare_captures';
            func_arg := null;
            return next;
        end if;
    end if;
    if to_regprocedure('pgq_node.maint_watermark(text)') is not null then
        func_name := 'pgq_node.maint_watermark';
        for func_arg in execute 'select queue_name from pgq_node.node_info where node_type = ''root'' order by 1' loop
            return next;
        end loop;
    end if;
    if to_regprocedure('londiste.root_check_seqs(text)') is not null then
        func_name := 'londiste.root_check_seqs';
        for func_arg in execute 'select distinct s.queue_name from londiste.seq_info s join pgq_node.node_info n on n.queue_name = s.queue_name'
                                ' where n.node_type = ''root'' and s.local order by 1' loop
            return next;
        end loop;
    end if;
    if to_regprocedure('londiste.periodic_maintenance()') is not null then
        func_name := 'londiste.periodic_maintenance';
        func_arg := null;
        return next;
    end if;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
