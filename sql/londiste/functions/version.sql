-- londiste.version(): extversion when installed as an extension, else our own constant.
create or replace function londiste.version()
returns text as $$
    select coalesce((select e.extversion from pg_catalog.pg_extension e where e.extname = 'londiste'), '4.0');
$$ language sql stable set search_path = pg_catalog, pg_temp;
