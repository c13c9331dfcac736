-- londiste.replay_grants(i_table, i_queue_name, i_changes): gives a node's table the owner that the root's was given, and grants and revokes there what was on the root.
--
-- i_table     its name here, as statements have it; one that does not exist here, or is no table, is passed over
-- i_changes   "owner"; "changes": each "what" (grant, grant with grant option, revoke, revoke grant option for), "kind" (table, column, sequence), "column", "privilege",
--             "role" (none: PUBLIC). A sequence is the one that the column owns.
--
-- What cannot be done does not stop the node: it is logged as a warning and told as condition grant_missing, with the statement. Roles that are missing; owners that may do more
-- here than to own tables: what the root's scripts do to a table they do as its owner.
-- Called by: the EXECUTE events that _follow_grants writes.
create or replace function londiste.replay_grants(i_table text, i_queue_name text, i_changes jsonb)
returns void as $$
declare
    tbl         record;
    change      record;
    failed      text;
begin
    select c.oid, c.oid::pg_catalog.regclass::text as name, c.relowner, pg_catalog.pg_get_userbyid(c.relowner) as owner into tbl
        from pg_catalog.pg_class c
        where c.oid = pg_catalog.to_regclass(i_table) and c.relkind in ('r', 'p');
    if not found then
        return;
    end if;
    for change in
        with wanted as (
            select 0 as nr, format('alter table %s owner to %I', tbl.name, i_changes ->> 'owner') as statement, i_changes ->> 'owner' as role, true as is_owner, true as is_grant
            where i_changes ->> 'owner' <> tbl.owner
            union all
            select c.nr, case when c.what like 'grant%' then 'grant' else c.what end || ' '
                       || c.privilege || case when c.kind = 'column' then format(' (%I)', c.attname) else '' end
                       || case when c.kind = 'sequence' then ' on sequence '
                            || (select d.objid::pg_catalog.regclass::text
                                from pg_catalog.pg_depend d
                                join pg_catalog.pg_class q on q.oid = d.objid and q.relkind = 'S'
                                join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
                                where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                    and d.refobjid = tbl.oid and d.deptype in ('a', 'i') and a.attname = c.attname
                                order by d.deptype desc
                                limit 1) else ' on table ' || tbl.name end
                       || case when c.what like 'grant%' then ' to ' else ' from ' end || coalesce(quote_ident(c.role), 'public')
                       || case c.what when 'grant with grant option' then ' with grant option' when 'grant' then '' else ' cascade' end,
                   c.role, false, c.what like 'grant%'
            from (
                select e.nr, e.v ->> 'what' as what, e.v ->> 'kind' as kind, e.v ->> 'column' as attname, e.v ->> 'privilege' as privilege, e.v ->> 'role' as role
                from jsonb_array_elements(i_changes -> 'changes') with ordinality e (v, nr)) c
            where c.what in ('grant', 'grant with grant option', 'revoke', 'revoke grant option for') and c.privilege ~ '^[A-Z]+$'
                and (c.attname is null or exists (select 1 from pg_catalog.pg_attribute a where a.attrelid = tbl.oid and a.attname = c.attname and not a.attisdropped))
        )
        select w.statement, w.role, w.is_grant,
               case when w.role is null then null
                    when r.oid is null then 'there is no such role here'
                    when w.is_owner and exists (
                        select 1 from pg_catalog.pg_roles m
                        where (m.rolsuper or m.rolcreaterole or m.rolname = current_user or m.oid < 16384 and m.rolname <> 'pg_database_owner')
                            and pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER'))
                    then 'the role may do more here than to own tables' end as problem
        from wanted w
        left join pg_catalog.pg_roles r on r.rolname = w.role
        where w.statement is not null
        order by w.nr
    loop
        failed := change.problem;
        if failed is null then
            begin
                execute change.statement;
                perform pgq.clear_condition(i_queue_name, 'grant_missing', change.statement);
            exception
                when insufficient_privilege or syntax_error or invalid_parameter_value or invalid_grant_operation or undefined_object then
                    failed := sqlerrm;      -- a privilege that is not of this PostgreSQL, too
            end;
        end if;
        continue when failed is null or not change.is_grant and change.problem is not null;
        raise warning 'not done, as on the root: %: %', change.statement, failed;
        if exists (select 1 from pgq_node.node_info n where n.queue_name = i_queue_name) then
            perform pgq.set_condition(i_queue_name, 'grant_missing', change.statement, 'warning',
                format('what the root did to the rights on table %s was not done here: %s: %s', tbl.name, change.statement, failed),
                format('Do it here, if it shall be so, and then: select pgq.clear_condition(%L, ''grant_missing'', %L)', i_queue_name, change.statement));
        end if;
    end loop;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
