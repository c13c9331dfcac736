-- when= and ev_x= expressions.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;

create schema trig_expr;
set search_path = trig_expr, public;
select pgq.create_queue('trig_expr');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_expr');
end;
$$;
\pset null '<null>'
\pset format unaligned

create table t (id integer primary key, v text, "Mixed Case" integer, d date, n numeric, "order" integer, arr integer[]);
create function fire(variadic args text[]) returns void language plpgsql as $$
begin
    drop trigger if exists t1 on t;
    execute 'create trigger t1 after insert or update or delete on t for each row execute function pgq.logutriga('
        || (select string_agg(quote_literal(a), ', ' order by o) from unnest('{trig_expr}' || args) with ordinality u (a, o)) || ')';
end;
$$;

-- the message alone: where in the text an error is depends on how the expression is evaluated
create function refused(stmt text) returns text language plpgsql as $$
begin
    execute stmt;
    return 'not refused';
exception
    when others then
        return sqlerrm;
end;
$$;

-- all fields
select fire('ev_type=''x'' || id', 'ev_data=v || ''/'' || "Mixed Case"', 'ev_extra1=d', 'ev_extra2=n * 2', 'ev_extra3="order" > 1', 'ev_extra4=arr[2]');
insert into t values (1, 'text', 7, '2020-12-31', 1.50, 2, '{10,20}');
update t set v = 'new', arr = null;
delete from t;
select * from events();
-- some, NULL
select fire('ev_extra3=v', 'ev_type=null');
insert into t values (1, 'text', 7), (2, null, 8), (3, '', 9);
select * from events();
delete from t;
select * from events();
-- the value of OLD for DELETE, of NEW for UPDATE
select fire('ev_extra2=v', 'pkey=id');
insert into t values (1, 'a');
update t set v = 'b';
delete from t;
select ev_type, ev_extra2 from events();

-- when
select fire('when=id > 1');
insert into t select g, 'w' from generate_series(1, 3) g;
update t set v = 'x' where id < 3;
delete from t;
select ev_type, ev_data from events();
select fire('when=null::boolean');
insert into t values (1);
select fire('when=null');
insert into t values (1);
select fire('when=v = ''x''');
insert into t values (1, null);
insert into t values (1, 'x');
insert into t values (2, 'y');
select fire('when=id');
insert into t values (3);
select fire('when=''t''');
insert into t values (3);
-- the others are evaluated also when there is no event
select fire('when=false', 'ev_extra1=1 / (id - 3)');
insert into t values (4);
insert into t values (3);
select ev_type, ev_data from events();

-- how many rows
select fire('ev_extra1=1 where false');
insert into t values (5);
select fire('when=true from generate_series(1, id)');
insert into t values (5);
select fire('ev_extra1=id from generate_series(1, 1) -- comment');
insert into t values (5);
select fire('ev_extra1=(select max(id) from t)', 'ev_extra2=(select count(*) from t x where x.id = id)', 'ev_extra3=count(*) from t');
insert into t values (6);
select ev_extra1, ev_extra2, ev_extra3 from events();
-- several columns: the first counts
select fire('ev_extra2=id, v');
insert into t values (7, 'x');
select ev_extra2 from events();

-- errors
select fire('ev_extra1=''open');
select refused('insert into t values (8)');
select fire('ev_extra1=');
select refused('insert into t values (8)') <> 'not refused' as refused;
select fire('ev_extra1=no_such_column');
select refused('insert into t values (8)');
select fire('ev_extra1=id +');
select refused('insert into t values (8)') ~ '^syntax error' as refused;
select fire('ev_extra1=no_such_function(id)');
select refused('insert into t values (8)');
-- no changes of data
create function wr() returns integer language sql stable as 'insert into t values (1000) returning id';
select fire('ev_extra1=wr()');
select refused('insert into t values (8)');
select fire('ev_extra1=id from t for update');
select refused('insert into t values (8)');
select * from events();

-- the caller's search_path and settings; the value is written under fixed settings
create function who() returns text language sql as $$ select 'trig_expr' $$;
create schema trig_expr2;
create function trig_expr2.who() returns text language sql as $$ select 'trig_expr2' $$;
set datestyle = 'German';
set intervalstyle = 'sql_standard';
set extra_float_digits = -5;
select fire('ev_type=who()', 'ev_data=d::text', 'ev_extra1=d', 'ev_extra2=interval ''-1 day -2 hours''',
    'ev_extra3=0.1::float8 + 0.2::float8', 'ev_extra4=current_setting(''DateStyle'')');
insert into t (id, d) values (8, '01.02.2020');
set search_path = trig_expr2, trig_expr, public;
insert into t (id, d) values (9, '01.02.2020');
set search_path = trig_expr, public;
reset datestyle; reset intervalstyle; reset extra_float_digits;
select * from events();
drop schema trig_expr2 cascade;

-- text of the output function, not of a cast
select fire('ev_type=true', 'ev_data=''a''::char(3)', 'ev_extra1=''10.0.0.1''::inet', 'ev_extra2=row(1, null, ''x y'')', 'ev_extra3=''\x00ff''::bytea', 'ev_extra4=row(null, null)');
insert into t values (20);
select * from events();

-- together with backup, SKIP, ignore
drop trigger t1 on t;
delete from t;
create trigger t1 before insert or update or delete on t for each row execute function pgq.sqltriga('trig_expr', 'SKIP', 'when=id <> 2', 'ev_extra3=v');
insert into t values (1, 'a'), (2, 'b');
select * from t;
select * from events();
drop trigger t1 on t;
insert into t values (1, 'a');
-- an UPDATE of ignored columns alone: the expression is not looked at
create trigger t1 after update on t for each row execute function pgq.jsontriga('trig_expr', 'ignore=v', 'backup', 'when=1 / "Mixed Case" > 0');
update t set v = 'b', "Mixed Case" = 1;
update t set v = 'c';
select * from events();

set client_min_messages = error;
drop schema trig_expr cascade;
select pgq.drop_queue('trig_expr', true);
