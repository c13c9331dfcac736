-- londiste.local_end_comparison(i_queue_name, i_run_id): a comparison has ended, and is not resumed any more.
-- 200 Comparison ended, also when another one has begun since. Called by: compare.
create or replace function londiste.local_end_comparison(
    in i_queue_name text, in i_run_id uuid,
    out ret_code int4, out ret_note text)
as $$
begin
    delete from londiste.compare_run r where r.queue_name = i_queue_name and r.run_id = i_run_id;
    select 200, 'Comparison ended' into ret_code, ret_note;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
