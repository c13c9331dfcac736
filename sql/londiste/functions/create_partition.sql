-- londiste.create_partition(i_table, i_part, i_pkeys, i_part_field, i_part_time, i_part_period): makes a child table with everything its parent has:
-- columns, constraints, indexes, owner, grants, triggers and rules, these enabled or disabled as there. If i_part_field is not empty, a CHECK keeps it in
-- the period (day, month, ..) around i_part_time. i_pkeys is ignored.
-- Returns 1, or 0 when there is such a table already. Errors: need table and part; table does not exist: t.
-- Locks londiste.table_info in SHARE UPDATE EXCLUSIVE mode, so that of two workers one waits and then finds it. Called by: the dispatch handlers.
create or replace function londiste.create_partition(
    i_table text, i_part text, i_pkeys text, i_part_field text, i_part_time timestamptz, i_part_period text)
returns integer as $$
declare
    fq_table    text := londiste.quote_fqname(i_table);
    fq_part     text := londiste.quote_fqname(i_part);
    parent      oid := londiste.find_table_oid(i_table);
    owner       oid;
    acl         aclitem[];
    part_start  timestamp;
    r           record;
begin
    if i_table is null or i_part is null then
        raise exception 'need table and part';
    end if;
    if parent is null then
        raise exception 'table does not exist: %', londiste.make_fqname(i_table);
    end if;
    if londiste.find_table_oid(i_part) is not null then
        return 0;
    end if;
    lock table londiste.table_info in share update exclusive mode;
    if londiste.find_table_oid(i_part) is not null then
        return 0;
    end if;

    execute 'create table ' || fq_part || ' (like ' || fq_table || ' including all) inherits (' || fq_table || ')';
    select c.relowner, c.relacl into owner, acl from pg_catalog.pg_class c where c.oid = parent;
    execute format('alter table %s owner to %I', fq_part, pg_get_userbyid(owner));

    if i_part_field <> '' then
        part_start := date_trunc(i_part_period, i_part_time::timestamp);
        if part_start is null then
            raise exception 'need time and period for field %', i_part_field;
        end if;
        execute format('alter table %s add check (%I >= %L and %I < %L)', fq_part,
            i_part_field, to_char(part_start, 'YYYY-MM-DD HH24:MI:SS'),
            i_part_field, to_char(part_start + ('1 ' || i_part_period)::interval, 'YYYY-MM-DD HH24:MI:SS'));
    end if;

    for r in
        select a.privilege_type, a.is_grantable,
               case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as grantee
        from aclexplode(acl) a
        where a.grantee <> owner
    loop
        execute format('grant %s on %s to %s%s', r.privilege_type, fq_part, r.grantee,
            case when r.is_grantable then ' with grant option' else '' end);
    end loop;

    -- The definitions name the parent qualified, and for the first time where it belongs.
    for r in
        select t.tgname, t.tgenabled, pg_get_triggerdef(t.oid) as def, ' ON ' || fq_table || ' ' as place
        from pg_catalog.pg_trigger t
        where t.tgrelid = parent and not t.tgisinternal
        order by t.tgname
    loop
        execute overlay(r.def placing ' ON ' || fq_part || ' ' from strpos(r.def, r.place) for length(r.place));
        perform londiste._set_rule_state('trigger', fq_part, r.tgname, r.tgenabled);
    end loop;
    for r in
        select w.rulename, w.ev_enabled, pg_get_ruledef(w.oid) as def, ' TO ' || fq_table as place
        from pg_catalog.pg_rewrite w
        where w.ev_class = parent and w.rulename <> '_RETURN'
        order by w.rulename
    loop
        execute overlay(r.def placing ' TO ' || fq_part from strpos(r.def, r.place) for length(r.place));
        perform londiste._set_rule_state('rule', fq_part, r.rulename, r.ev_enabled);
    end loop;
    return 1;
end;
$$ language plpgsql set client_min_messages = warning set search_path = pg_catalog, pg_temp;
