-- londiste.local_set_copy_progress(i_queue_name, i_table_name, i_phase, i_rows, i_bytes, i_expected_rows, i_expected_bytes, i_elapsed, i_copying):
-- how far the copy of a table is; phase NULL: it has ended, what was stored goes. i_elapsed: since the copy began; i_copying: since rows could come, NULL before.
-- 200 Copy progress of table t stored | removed; 404 No table to copy: t. Locks the table's row of table_info against removal, when it is the copy's first.
-- Called by: the worker every few seconds.
create or replace function londiste.local_set_copy_progress(
    in i_queue_name text, in i_table_name text, in i_phase text,
    in i_rows int8, in i_bytes int8, in i_expected_rows int8, in i_expected_bytes int8,
    in i_elapsed interval, in i_copying interval,
    out ret_code int4, out ret_note text)
as $$
declare
    fq_table_name   text := londiste.make_fqname(i_table_name);
begin
    if i_phase is null then
        delete from londiste.copy_progress where queue_name = i_queue_name and table_name = fq_table_name;
        select 200, 'Copy progress of table ' || fq_table_name || ' removed' into ret_code, ret_note;
        return;
    end if;
    perform 1 from londiste.table_info
        where queue_name = i_queue_name and table_name = fq_table_name and local and merge_state is distinct from 'ok';
    if not found then
        select 404, 'No table to copy: ' || fq_table_name into ret_code, ret_note;
        return;
    end if;
    insert into londiste.copy_progress as p
        (queue_name, table_name, phase, rows, bytes, expected_rows, expected_bytes, started, copying_since, updated, pid)
        values (i_queue_name, fq_table_name, i_phase, i_rows, i_bytes, i_expected_rows, i_expected_bytes,
                now() - i_elapsed, now() - i_copying, now(), pg_catalog.pg_backend_pid())
        on conflict on constraint copy_progress_pkey do update
        set phase = excluded.phase, rows = excluded.rows, bytes = excluded.bytes,
            expected_rows = excluded.expected_rows, expected_bytes = excluded.expected_bytes,
            started = excluded.started, copying_since = excluded.copying_since, updated = excluded.updated, pid = excluded.pid;
    select 200, 'Copy progress of table ' || fq_table_name || ' stored' into ret_code, ret_note;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
