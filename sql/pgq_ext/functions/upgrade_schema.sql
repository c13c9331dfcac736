-- pgq_ext.upgrade_schema(): brings an existing schema up to date and makes the cluster's roles, which pgq shares; re-runnable.
-- Returns how many changes it made to the tables. Locks a table that it changes against everybody.
create or replace function pgq_ext.upgrade_schema()
returns integer as $$
declare
    cnt     integer := 0;
    tbl     record;
    pkey    text;
    role    record;
begin
    -- Tables of 2.x know no subconsumers.
    for tbl in
        select c.oid::regclass as name, c.relname, case c.relname when 'completed_event' then ', batch_id, event_id' else '' end as more
        from pg_catalog.pg_class c
        where c.oid in ('pgq_ext.completed_tick'::regclass, 'pgq_ext.completed_batch'::regclass,
                        'pgq_ext.completed_event'::regclass, 'pgq_ext.partial_batch'::regclass)
            and not exists (select 1 from pg_catalog.pg_attribute a
                            where a.attrelid = c.oid and a.attname = 'subconsumer_id' and not a.attisdropped)
        order by c.relname
    loop
        select conname into pkey from pg_catalog.pg_constraint where conrelid = tbl.name and contype = 'p';
        if found then
            execute format('alter table %s drop constraint %I', tbl.name, pkey);
        end if;
        execute format('alter table %s add column subconsumer_id text not null default '''', add constraint %I primary key (consumer_id, subconsumer_id%s)',
                       tbl.name, tbl.relname || '_pkey', tbl.more);
        cnt := cnt + 1;
    end loop;

    for role in
        select * from (values ('pgq_reader', ''), ('pgq_writer', ''), ('pgq_admin', ' in role pgq_reader, pgq_writer')) r (name, options)
        where not exists (select 1 from pg_catalog.pg_roles where rolname = r.name)
        order by r.name = 'pgq_admin'   -- after those it is a member of
    loop
        begin
            execute 'create role ' || role.name || role.options;
        exception
            when duplicate_object or unique_violation then
                null;   -- another database of the cluster was faster
            when insufficient_privilege then
                raise exception 'role % is missing and % may not create it', role.name, current_user
                    using errcode = 'insufficient_privilege',
                    hint = 'Ask a superuser to run: create role pgq_reader; create role pgq_writer; create role pgq_admin in role pgq_reader, pgq_writer;';
        end;
    end loop;
    return cnt;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
