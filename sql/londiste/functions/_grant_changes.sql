-- londiste._grant_changes(i_table, i_before, i_after): what is to be granted and revoked to get from one to the other, as replay_grants takes it; NULL: nothing.
-- i_before, i_after: of _grants_of. A new owner has what the old one had, so that is no change. Roles and columns that are gone have nothing that could be said of them.
-- Called by: _follow_grants.
create or replace function londiste._grant_changes(i_table oid, i_before jsonb, i_after jsonb)
returns jsonb as $$
    with had as (
        select distinct g.v ->> 0 as kind, (g.v ->> 1)::int2 as attnum, g.v ->> 2 as privilege,
               case when g.v ->> 3 = i_before ->> 'owner' then (i_after ->> 'owner')::oid else (g.v ->> 3)::oid end as grantee, (g.v ->> 4)::boolean as grantable
        from jsonb_array_elements(i_before -> 'grants') g (v)
    ), has as (
        select g.v ->> 0 as kind, (g.v ->> 1)::int2 as attnum, g.v ->> 2 as privilege, (g.v ->> 3)::oid as grantee, (g.v ->> 4)::boolean as grantable
        from jsonb_array_elements(i_after -> 'grants') g (v)
    ), changes as (
        select 1 as nr, kind, attnum, privilege, grantee, 'revoke' as what from had
            where not exists (select 1 from has where has.kind = had.kind and has.attnum = had.attnum and has.privilege = had.privilege and has.grantee = had.grantee)
        union all
        select 2, kind, attnum, privilege, grantee, 'revoke grant option for' from had
            where grantable and exists (select 1 from has where has.kind = had.kind and has.attnum = had.attnum and has.privilege = had.privilege and has.grantee = had.grantee
                                                                and not has.grantable)
                and not exists (select 1 from had twice where twice.kind = had.kind and twice.attnum = had.attnum and twice.privilege = had.privilege and twice.grantee = had.grantee
                                                              and not twice.grantable)
        union all
        select 3, kind, attnum, privilege, grantee, case when grantable then 'grant with grant option' else 'grant' end from has
            where not exists (select 1 from had where had.kind = has.kind and had.attnum = has.attnum and had.privilege = has.privilege and had.grantee = has.grantee
                                                      and (had.grantable or not has.grantable))
    )
    select nullif(jsonb_strip_nulls(jsonb_build_object(
        'owner', (select r.rolname from pg_catalog.pg_roles r where r.oid = (i_after ->> 'owner')::oid and i_after ->> 'owner' <> i_before ->> 'owner'),
        'changes', (select jsonb_agg(jsonb_build_object('what', c.what, 'kind', c.kind, 'column', a.attname, 'privilege', c.privilege, 'role', r.rolname) order by c.nr, c.kind, c.attnum, c.privilege, r.rolname)
                    from changes c
                    left join pg_catalog.pg_attribute a on a.attrelid = i_table and a.attnum = c.attnum and c.attnum > 0 and not a.attisdropped
                    left join pg_catalog.pg_roles r on r.oid = c.grantee
                    where (a.attname is not null or c.attnum = 0) and (r.rolname is not null or c.grantee = 0)))), '{}');
$$ language sql stable set search_path = pg_catalog, pg_temp;
