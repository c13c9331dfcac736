-- pgq_coop.version(): extversion when installed as an extension, else our own constant.
create or replace function pgq_coop.version()
returns text as $$
    select coalesce((select e.extversion from pg_catalog.pg_extension e where e.extname = 'pgq_coop'), '4.0');
$$ language sql stable set search_path = pg_catalog, pg_temp;
