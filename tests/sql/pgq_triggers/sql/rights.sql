-- Who may change a captured table needs the right to publish, but none on the event tables.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_rights;
set search_path = trig_rights;
select pgq.create_queue('trig_rights');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_rights');
end;
$$;
\pset format unaligned
\pset null '<null>'

create role trig_rights_writer;
create role trig_rights_other;
grant usage on schema trig_rights to trig_rights_writer, trig_rights_other;
create table t (id integer primary key, v text);
create trigger capture after insert or update or delete on t for each row execute function pgq.logutriga('trig_rights');
grant all on t to trig_rights_writer, trig_rights_other;
grant pgq_writer to trig_rights_writer;

set role trig_rights_writer;
insert into t values (1, 'writer');
reset role;
select ev_type, ev_data from events();
set role trig_rights_other;
insert into t values (2, 'other');
reset role;
select ev_type, ev_data from events();
-- the right comes and goes while the session knows the queue
grant pgq_writer to trig_rights_other;
set role trig_rights_other;
insert into t values (3, 'allowed');
reset role;
revoke pgq_writer from trig_rights_other;
set role trig_rights_other;
insert into t values (4, 'no longer');
reset role;
select ev_type, ev_data from events();
-- a function that runs with its owner's rights
create function put(i integer, v text) returns void language sql security definer as $$ insert into trig_rights.t values (i, v) $$;
grant execute on function put to trig_rights_other;
set role trig_rights_other;
select put(5, 'definer');
insert into t values (6, 'other');
reset role;
select ev_type, ev_data from events();
-- row-level security of the table hides nothing from its events
alter table t enable row level security;
create policy odd on t to trig_rights_writer using (id % 2 = 1) with check (true);
set role trig_rights_writer;
insert into t values (10, 'not seen again'), (11, 'seen');
update t set v = v || '!';
reset role;
select ev_type, ev_data from events();
drop owned by trig_rights_writer, trig_rights_other;
drop role trig_rights_writer;
drop role trig_rights_other;

select pgq.drop_queue('trig_rights', true);
drop schema trig_rights cascade;
