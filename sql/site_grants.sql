-- End of an update script: what a site granted to its own roles on objects of the extension stays the site's. PostgreSQL records the privileges of an object that a
-- script grants on as they are then, the site's among them, as the extension's own. pg_dump would leave them out, and a restored database would lack them.
-- Writes to system catalogs, for which there is no command; what an extension script runs as may do that.
do $$
declare
    object  record;
begin
    for object in
        select p.objoid, p.classoid, p.objsubid,
            array(select item from unnest(p.initprivs) with ordinality i (item, nr)
                  where not exists (select 1 from aclexplode(array[item]) x left join pg_catalog.pg_roles on pg_roles.oid = x.grantee
                                    where x.grantee not in (0, x.grantor)
                                        and rolname not in ('pgq_reader', 'pgq_writer', 'pgq_admin', 'londiste_reader', 'londiste_writer'))
                  order by nr) as own,
            p.initprivs
        from pg_catalog.pg_init_privs p
        join pg_catalog.pg_depend d on d.classid = p.classoid and d.objid = p.objoid and d.objsubid = 0 and d.deptype = 'e'
        join pg_catalog.pg_extension e on d.refclassid = 'pg_catalog.pg_extension'::regclass and d.refobjid = e.oid
        where e.extname = '@SCHEMA@' and p.privtype = 'e'
    loop
        continue when object.own = object.initprivs;
        if object.own = '{}' then   -- of a column
            delete from pg_catalog.pg_init_privs
            where objoid = object.objoid and classoid = object.classoid and objsubid = object.objsubid;
        else
            update pg_catalog.pg_init_privs set initprivs = object.own
            where objoid = object.objoid and classoid = object.classoid and objsubid = object.objsubid;
        end if;
        -- PostgreSQL 17 and later: else DROP ROLE would find the role in use.
        delete from pg_catalog.pg_shdepend
        where dbid = (select oid from pg_catalog.pg_database where datname = current_database())
            and classid = object.classoid and objid = object.objoid and objsubid = object.objsubid and deptype = 'i'
            and refclassid = 'pg_catalog.pg_authid'::regclass
            and refobjid in (select x.grantee from aclexplode(object.initprivs) x
                             except select x.grantee from unnest(object.own) item, aclexplode(array[item]) x);
    end loop;
end;
$$;
