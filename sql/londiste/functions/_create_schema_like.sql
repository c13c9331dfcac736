-- londiste._create_schema_like(i_schema, i_model): makes a schema that is not there, with the owner and the grants of another one. Called by: _rename_own_table, local_rename_seq, what _type_script writes.
create or replace function londiste._create_schema_like(i_schema text, i_model text)
returns void as $$
declare
    model   record;
    g       record;
begin
    if exists (select 1 from pg_catalog.pg_namespace n where n.nspname = i_schema) then
        return;
    end if;
    select pg_catalog.pg_get_userbyid(n.nspowner) as owner, n.nspacl into model from pg_catalog.pg_namespace n where n.nspname = i_model;
    execute pg_catalog.format('create schema %I authorization %I', i_schema, model.owner);
    for g in
        select a.privilege_type, case when a.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end as grantee,
               case when a.is_grantable then ' with grant option' else '' end as grantable
        from pg_catalog.aclexplode(model.nspacl) a
        where pg_catalog.pg_get_userbyid(a.grantee) <> model.owner
    loop
        execute pg_catalog.format('grant %s on schema %I to %s%s', g.privilege_type, i_schema, g.grantee, g.grantable);
    end loop;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
