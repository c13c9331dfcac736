-- londiste.local_begin_comparison(i_queue_name, i_command, i_resume): notes that a comparison of several tables begins, so that it can be resumed when it is killed. With i_resume
-- the one that the same command has begun and not ended goes on, if there is one. Others that began a month ago are forgotten.
-- 200 Comparison begins; 201 Comparison of 2026-11-29 10:00:00+00 goes on. run_id: for local_set_compare_result and local_end_comparison. Called by: compare.
create or replace function londiste.local_begin_comparison(
    in i_queue_name text, in i_command text, in i_resume boolean,
    out ret_code int4, out ret_note text, out run_id uuid)
as $$
declare
    began   timestamptz;
begin
    if i_resume then
        select r.run_id, r.started_at into run_id, began
            from londiste.compare_run r where r.queue_name = i_queue_name and r.command = i_command;
        if found then
            select 201, 'Comparison of ' || date_trunc('second', began) || ' goes on' into ret_code, ret_note;
            return;
        end if;
    end if;
    delete from londiste.compare_run r where r.started_at < now() - interval '1 month';
    insert into londiste.compare_run as r (queue_name, command, run_id, started_at)
        values (i_queue_name, i_command, gen_random_uuid(), now())
        on conflict on constraint compare_run_pkey do update set run_id = excluded.run_id, started_at = excluded.started_at
        returning r.run_id into run_id;
    select 200, 'Comparison begins' into ret_code, ret_note;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
