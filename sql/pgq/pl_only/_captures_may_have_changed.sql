-- pgq._captures_may_have_changed(): whether a trigger of pgq.logutriga, or the columns or the key of a table with one, are newer than what the last
-- prepare_captures() has seen. That has left a transaction id in its own comment; from another cluster it may say anything, which at worst costs speed.
-- Called by: maint_operations.
create or replace function pgq._captures_may_have_changed()
returns boolean as $$
declare
    seen    bigint := substring(obj_description('pgq.prepare_captures()'::regprocedure, 'pg_proc') from '^seen: ([0-9]+)$');
    span    integer := age((seen % 4294967296)::text::xid);
begin
    return exists (
        select 1 from pg_catalog.pg_trigger t
        where t.tgfoid = 'pgq.logutriga()'::regprocedure
            and (coalesce(span, -1) < 0
                or age(t.xmin) <= span
                or exists (select 1 from pg_catalog.pg_attribute a where a.attrelid = t.tgrelid and a.attnum > 0 and age(a.xmin) <= span)
                or exists (select 1 from pg_catalog.pg_index i where i.indrelid = t.tgrelid and i.indisprimary and age(i.xmin) <= span)));
end;
$$ language plpgsql stable set search_path = pg_catalog, pg_temp;
