-- pgq.set_condition(i_queue_name, i_kind, i_subject, i_severity, i_message, i_hint): tells a condition of a queue; see table pgq.condition for the words.
-- Returns 1 when it is new, 2 when its severity, message or hint changed, 0 when it was told before like that: nothing is written then.
-- Locks the condition's row. Called by: pgqd, workers, functions that find something.
create or replace function pgq.set_condition(
    i_queue_name text, i_kind text, i_subject text, i_severity text, i_message text, i_hint text)
returns integer as $$
declare
    inserted    boolean;
begin
    insert into pgq.condition as c (queue_name, kind, subject, severity, message, hint, since, updated)
        values (i_queue_name, i_kind, i_subject, i_severity, i_message, i_hint, now(), now())
        on conflict on constraint condition_pkey
        do update set severity = excluded.severity, message = excluded.message, hint = excluded.hint, updated = now()
            where (c.severity, c.message, c.hint) is distinct from (excluded.severity, excluded.message, excluded.hint)
        returning xmax = 0 into inserted;
    return case when not found then 0 when inserted then 1 else 2 end;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
