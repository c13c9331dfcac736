-- londiste.upgrade_schema(): brings an existing schema up to date and makes the cluster's roles; re-runnable. Returns how many changes it made.
-- Roles are shared by all databases of the cluster: the second database finds them and goes on.
create or replace function londiste.upgrade_schema()
returns integer as $$
declare
    cnt     integer := 0;
    col     record;
    role    record;
begin
    for col in
        select * from (values ('table_info', 'dropped_ddl', 'text'), ('table_info', 'table_attrs', 'text'), ('table_info', 'dest_table', 'text'),
                              ('applied_execute', 'execute_attrs', 'text'), ('table_info', 'trigger_args', 'text[]')) c (tbl, name, type)
        where not exists (select 1 from pg_catalog.pg_attribute a
                          where a.attrelid = ('londiste.' || c.tbl)::pg_catalog.regclass and a.attname = c.name and not a.attisdropped)
    loop
        execute format('alter table londiste.%I add column %I %s', col.tbl, col.name, col.type);
        cnt := cnt + 1;
    end loop;

    for role in
        select * from (values ('londiste_writer', 'pgq_admin'), ('londiste_reader', 'pgq_reader')) r (name, parent)
        where not exists (select 1 from pg_catalog.pg_roles where rolname = r.name)
        order by r.name desc   -- the writer first, whatever the server's plan
    loop
        begin
            execute format('create role %I in role %I', role.name, role.parent);
            cnt := cnt + 1;
        exception
            when duplicate_object or unique_violation then
                null;   -- another database of the cluster was faster
            when insufficient_privilege then
                raise exception 'role % is missing and % may not create it', role.name, current_user
                    using errcode = 'insufficient_privilege',
                    hint = 'Ask a superuser to run: create role londiste_writer in role pgq_admin; create role londiste_reader in role pgq_reader;';
        end;
    end loop;
    return cnt;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
