-- londiste._grants_of(i_table): who owns a table, and who may do what with it, its columns and the sequences that its columns own.
--
-- owner, and grants: arrays of kind (table, column, sequence), number of the column (0 for the table), privilege, oid of the role (0 for all), whether he may hand it on
--
-- TRIGGER is left out: whoever may make triggers has functions of his own run by those who write, on nodes by scripts.
-- Called by: _note_structure, _follow_grants.
create or replace function londiste._grants_of(i_table oid)
returns jsonb as $$
    select jsonb_build_object('owner', c.relowner, 'grants', (
        select coalesce(jsonb_agg(jsonb_build_array(g.kind, g.attnum, a.privilege_type, a.grantee, a.is_grantable) order by g.kind, g.attnum, a.privilege_type, a.grantee), '[]')
        from (
            select 'table' as kind, 0 as attnum, coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner)) as acl
            union all
            select 'column', t.attnum, t.attacl from pg_catalog.pg_attribute t where t.attrelid = c.oid and t.attnum > 0 and not t.attisdropped and t.attacl is not null
            union all
            select 'sequence', d.refobjsubid, coalesce(s.relacl, pg_catalog.acldefault('s', s.relowner))
            from pg_catalog.pg_depend d
            join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S'
            where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                and d.refobjid = c.oid and d.refobjsubid > 0 and d.deptype in ('a', 'i')) g
        cross join lateral pg_catalog.aclexplode(g.acl) a
        where a.privilege_type <> 'TRIGGER'))
    from pg_catalog.pg_class c
    where c.oid = i_table;
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
