-- londiste.global_add_table(i_queue_name, i_table_name): the queue carries this table; not local yet. Goes on to the combined queue.
-- 200 Table added: t / Table already added: t; 400 No such queue: q.
create or replace function londiste.global_add_table(
    in i_queue_name text, in i_table_name text,
    out ret_code int4, out ret_note text)
as $$
declare
    fq_table_name   text := londiste.make_fqname(i_table_name);
    combined        text;
begin
    select n.combined_queue into combined from pgq_node.node_info n where n.queue_name = i_queue_name for update;
    if not found then
        select 400, 'No such queue: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    insert into londiste.table_info (queue_name, table_name) values (i_queue_name, fq_table_name)
        on conflict on constraint table_info_pkey do nothing;
    if not found then
        select 200, 'Table already added: ' || fq_table_name into ret_code, ret_note;
        return;
    end if;
    if combined is not null then
        perform londiste.global_add_table(combined, i_table_name);
    end if;
    select 200, 'Table added: ' || fq_table_name into ret_code, ret_note;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
