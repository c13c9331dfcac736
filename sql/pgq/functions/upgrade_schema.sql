-- pgq.upgrade_schema(): brings an existing schema up to date and makes the cluster's roles; re-runnable. Returns 0.
-- Roles are shared by all databases of the cluster: the second database finds them and goes on.
create or replace function pgq.upgrade_schema()
returns integer as $$
declare
    role    record;
begin
    if exists (select 1 from pg_catalog.pg_attribute where attrelid = 'pgq.subscription'::regclass and attname = 'sub_last_tick' and attnotnull) then
        alter table pgq.subscription alter column sub_last_tick drop not null;
    end if;
    if not exists (select 1 from pg_catalog.pg_attribute where attrelid = 'pgq.queue'::regclass and attname = 'queue_per_tx_limit' and not attisdropped) then
        alter table pgq.queue add column queue_per_tx_limit integer;
    end if;
    if not exists (select 1 from pg_catalog.pg_attribute where attrelid = 'pgq.queue'::regclass and attname = 'queue_extra_maint' and not attisdropped) then
        alter table pgq.queue add column queue_extra_maint text[];
    end if;

    for role in
        select * from (values ('pgq_reader', ''), ('pgq_writer', ''), ('pgq_admin', ' in role pgq_reader, pgq_writer')) r (name, options)
        where not exists (select 1 from pg_catalog.pg_roles where rolname = r.name)
        order by r.name = 'pgq_admin'   -- after those it is a member of; PostgreSQL 18 returns them in another order
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
    return 0;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
