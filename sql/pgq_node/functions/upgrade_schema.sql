-- pgq_node.upgrade_schema(): brings an existing schema up to date; re-runnable. Returns how many changes it made.
create or replace function pgq_node.upgrade_schema()
returns integer as $$
declare
    cnt integer := 0;
begin
    if not exists (select 1 from pg_catalog.pg_attribute where attrelid = 'pgq_node.node_info'::pg_catalog.regclass and attname = 'node_attrs' and not attisdropped) then
        alter table pgq_node.node_info add column node_attrs text;
        cnt := cnt + 1;
    end if;
    return cnt;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
