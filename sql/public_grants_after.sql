-- End of a script: what everybody could do before it (public_grants_before.sql), everybody can do after it. In an extension it is the site's grant, which pg_dump
-- has to take along, and PostgreSQL would record it as the extension's own: a system catalog is written, as there is no command for that. What an
-- extension script runs as may do so.
do $$
declare
    was         jsonb;
    open        record;
    recorded    aclitem[];
begin
    was := nullif(current_setting('skytools.public_grants', true), '')::jsonb;
    for open in
        select p.oid, 'pg_proc'::regclass as catalog, format('execute on routine %s', p.oid::regprocedure) as privilege
        from pg_proc p
        where p.pronamespace = '@SCHEMA@'::regnamespace
            and (was -> 'everything' = 'true' or was -> 'routines' ? p.oid::regprocedure::text)
            and not exists (select 1 from aclexplode(p.proacl) where grantee = 0)
        union all
        select c.oid, 'pg_class'::regclass, format('%s on %s', r ->> 'privilege', c.oid::regclass)
        from jsonb_array_elements(nullif(was -> 'relations', 'null')) r
        join pg_class c on c.oid = to_regclass(r ->> 'name')
        where not exists (select 1 from aclexplode(c.relacl) where grantee = 0 and privilege_type = r ->> 'privilege')
    loop
        select initprivs into recorded from pg_init_privs where objoid = open.oid and classoid = open.catalog and objsubid = 0;
        execute format('grant %s to public', open.privilege);
        if recorded is not null then
            update pg_init_privs set initprivs = recorded where objoid = open.oid and classoid = open.catalog and objsubid = 0;
        elsif exists (select 1 from pg_init_privs where objoid = open.oid and classoid = open.catalog and objsubid = 0) then
            delete from pg_init_privs where objoid = open.oid and classoid = open.catalog and objsubid = 0;
        end if;
    end loop;
    perform set_config('skytools.public_grants', '', false);
end;
$$;
