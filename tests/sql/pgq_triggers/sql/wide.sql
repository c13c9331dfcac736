-- A table with as many columns as there can be.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_wide;
set search_path = trig_wide;
select pgq.create_queue('trig_wide');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_wide');
end;
$$;
\pset format unaligned
\pset null '<null>'

do $$
begin
    execute 'create table t (' || (select string_agg(format('c%s %s', i, case i % 3 when 0 then 'integer' when 1 then 'text' else 'boolean' end), ', ' order by i)
        from generate_series(1, 1600) i) || ')';
end;
$$;
alter table t add primary key (c3, c1600);
create trigger u after insert or update or delete on t for each row execute function pgq.logutriga('trig_wide', 'backup');
create trigger s after insert or update or delete on t for each row execute function pgq.sqltriga('trig_wide');
create trigger j after insert or update or delete on t for each row execute function pgq.jsontriga('trig_wide', 'ignore=c2');
do $$
begin
    execute 'insert into t values (' || (select string_agg(case i % 3 when 0 then i::text when 1 then format('''t%s''', i) else 'true' end, ', ' order by i)
        from generate_series(1, 1600) i) || ')';
end;
$$;
select left(ev_type, 60) as type, length(ev_data), md5(ev_data), right(ev_data, 40) as data from events();
update t set c1599 = 0, c4 = null;
select left(ev_type, 60) as type, length(ev_data), md5(ev_data), length(ev_extra2), case when ev_type = 'U' then ev_data end as data from events();
delete from t;
select left(ev_type, 60) as type, length(ev_data), md5(ev_data) from events();

select pgq.drop_queue('trig_wide', true);
drop schema trig_wide cascade;
