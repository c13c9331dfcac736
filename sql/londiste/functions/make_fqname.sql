-- londiste.make_fqname(i_name): a name with its schema, unquoted; without a dot the schema is "public".
create or replace function londiste.make_fqname(i_name text)
returns text as $$
begin
    return case when strpos(i_name, '.') > 0 then i_name else 'public.' || i_name end;
end;
$$ language plpgsql strict immutable set search_path = pg_catalog, pg_temp;
