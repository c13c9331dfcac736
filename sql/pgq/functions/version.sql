-- pgq.version(): version of the installed schema; extversion when it is an extension, else our own constant.
-- Called by: pgqd (refuses versions below 3), clients.
create or replace function pgq.version()
returns text as $$
    select coalesce((select e.extversion from pg_catalog.pg_extension e where e.extname = 'pgq'), '4.0');
$$ language sql stable set search_path = pg_catalog, pg_temp;
