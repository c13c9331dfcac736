-- pgq.quote_fqname(i_name): quotes a possibly qualified name. Splits at the first dot; without one the schema is "public".
-- Used by maintenance and by clients that build SQL.
create or replace function pgq.quote_fqname(i_name text)
returns text as $$
    select case when strpos(i_name, '.') > 0
        then quote_ident(substr(i_name, 1, strpos(i_name, '.') - 1)) || '.' || quote_ident(substr(i_name, strpos(i_name, '.') + 1))
        else 'public.' || quote_ident(i_name)
    end;
$$ language sql strict immutable set search_path = pg_catalog, pg_temp;
