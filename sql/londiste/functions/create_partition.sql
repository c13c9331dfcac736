-- londiste.create_partition(i_table, i_part, i_pkeys, i_part_field, i_part_time, i_part_period): makes a child table with everything of its parent, and a CHECK on the period if
-- i_part_field is given. Returns 1, or 0 when it is there. i_pkeys is ignored. Locks londiste.table_info, so that two workers do not make the same one.
create or replace function londiste.create_partition(
    i_table text, i_part text, i_pkeys text, i_part_field text, i_part_time timestamptz, i_part_period text)
returns integer as $$
declare
    fq_table    text := londiste.quote_fqname(i_table);
    fq_part     text := londiste.quote_fqname(i_part);
    parent      oid;
    part        oid;
    parent_row  record;
    g           record;
    r           record;
    part_start  timestamp;
    part_end    timestamp;
begin
    if i_table is null or i_part is null then
        raise exception 'need table and part';
    end if;
    lock table londiste.table_info in share update exclusive mode;
    if londiste.find_table_oid(i_part) is not null then
        return 0;
    end if;
    parent := londiste.find_table_oid(i_table);
    if parent is null then
        raise exception 'table does not exist: %', i_table;
    end if;

    execute 'create table ' || fq_part || ' (like ' || fq_table || ' including all) inherits (' || fq_table || ')';
    part := londiste.find_table_oid(i_part);
    select c.relowner, c.relacl into parent_row from pg_catalog.pg_class c where c.oid = parent;
    execute 'alter table ' || fq_part || ' owner to ' || quote_ident(pg_catalog.pg_get_userbyid(parent_row.relowner));

    if coalesce(i_part_field, '') <> '' then
        part_start := date_trunc(i_part_period, i_part_time::timestamp);
        part_end := part_start + ('1 ' || i_part_period)::interval;
        execute 'alter table ' || fq_part || ' add constraint ' || quote_ident((londiste.split_fqname(i_part)).name_part || '_range_chk')
            || ' check (' || quote_ident(i_part_field) || ' >= ' || quote_literal(to_char(part_start, 'YYYY-MM-DD HH24:MI:SS'))
            || ' and ' || quote_ident(i_part_field) || ' < ' || quote_literal(to_char(part_end, 'YYYY-MM-DD HH24:MI:SS')) || ')';
    end if;

    for g in
        select case when a.grantee = 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end as grantee, a.privilege_type, a.is_grantable
        from pg_catalog.aclexplode(parent_row.relacl) a
        where a.grantee <> parent_row.relowner
    loop
        execute 'grant ' || g.privilege_type || ' on ' || fq_part || ' to ' || g.grantee || case when g.is_grantable then ' with grant option' else '' end;
    end loop;

    for r in
        select t.tgname, t.tgenabled, pg_catalog.pg_get_triggerdef(t.oid) as def
        from pg_catalog.pg_trigger t where t.tgrelid = parent and not t.tgisinternal
    loop
        execute regexp_replace(r.def, ' ON (ONLY )?[^ ]+( |$)', ' ON ' || replace(fq_part, '\', '\\') || ' ');
        perform londiste._set_rule_state('trigger', fq_part, r.tgname, r.tgenabled);
    end loop;
    for r in
        select w.rulename, w.ev_enabled, pg_catalog.pg_get_ruledef(w.oid) as def
        from pg_catalog.pg_rewrite w where w.ev_class = parent and w.rulename <> '_RETURN'
    loop
        execute replace(r.def, ' TO ' || parent::regclass::text, ' TO ' || fq_part);
        perform londiste._set_rule_state('rule', fq_part, r.rulename, r.ev_enabled);
    end loop;
    return 1;
end;
$$ language plpgsql;
