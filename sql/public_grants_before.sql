-- Start of a script, before new functions are there: remembers what everybody (PUBLIC) may do with what the schema holds, for public_grants_after.sql.
-- A site may live on SkyTools' old grants, where everybody may execute all functions, or have made such grants itself.
do $$
declare
    granted jsonb;
begin
    -- Only a finished install says what the site wants: functions are open to everybody until their schema's grants are made.
    if exists (select 1 from pg_namespace, aclexplode(nspacl) where nspname = '@SCHEMA@' and grantee = 0 and privilege_type = 'USAGE') then
        select jsonb_build_object(
                'everything', (select bool_and(exists (select 1 from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0))
                               from pg_proc where pronamespace = '@SCHEMA@'::regnamespace),
                'routines', (select jsonb_agg(oid::regprocedure)
                             from pg_proc where pronamespace = '@SCHEMA@'::regnamespace and exists (select 1 from aclexplode(proacl) where grantee = 0)),
                'relations', (select jsonb_agg(jsonb_build_object('name', oid::regclass, 'privilege', privilege_type))
                              from pg_class, aclexplode(relacl) where relnamespace = '@SCHEMA@'::regnamespace and grantee = 0))
            into granted;
    end if;
    perform set_config('skytools.public_grants', coalesce(granted::text, ''), false);
end;
$$;
