-- londiste.local_set_compare_result(i_queue_name, i_table_name, i_result): what a comparison of the table found, an object with the columns of londiste.compare_result; NULL: what was found
-- before holds no longer. A table that is equal lacks no rows: what get_missing_rows told of before the tick is forgotten.
-- 200 Result of table t stored | removed; 404 No such table: t. Called by: compare, repair.
create or replace function londiste.local_set_compare_result(
    in i_queue_name text, in i_table_name text, in i_result jsonb,
    out ret_code int4, out ret_note text)
as $$
declare
    fq_table_name   constant text := londiste.make_fqname(i_table_name);
    found_there     londiste.compare_result;
begin
    perform 1 from londiste.table_info where queue_name = i_queue_name and table_name = fq_table_name and local for key share;
    if not found then
        select 404, 'No such table: ' || fq_table_name into ret_code, ret_note;
        return;
    end if;
    delete from londiste.compare_result where queue_name = i_queue_name and table_name = fq_table_name;
    if i_result is null then
        select 200, 'Result of table ' || fq_table_name || ' removed' into ret_code, ret_note;
        return;
    end if;
    select * into found_there from jsonb_populate_record(null::londiste.compare_result, i_result);
    found_there.queue_name := i_queue_name;
    found_there.table_name := fq_table_name;
    found_there.compared_at := now();
    found_there.more := coalesce(found_there.more, false);
    insert into londiste.compare_result select (found_there).*;
    if found_there.equal then
        delete from londiste.missing_rows
            where queue_name = i_queue_name and table_name = fq_table_name and last_time <= found_there.tick_time;
    end if;
    select 200, 'Result of table ' || fq_table_name || ' stored' into ret_code, ret_note;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
