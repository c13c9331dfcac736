-- londiste.create_trigger: flags, SKIP, replacement.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

create function triggers(tbl text, out def text) returns setof text language sql as $$
    select pg_get_triggerdef(t.oid) from pg_trigger t where t.tgrelid = tbl::regclass and not t.tgisinternal order by t.tgname;
$$;
create table tg (id int primary key, txt text);
create temp table seen (id oid);

select * from londiste.create_trigger('q', 'tg', null, 'tg', 'root');
select triggers('tg');
-- again: nothing is touched
insert into seen select oid from pg_trigger where tgrelid = 'tg'::regclass;
select * from londiste.create_trigger('q', 'public.tg', '{}', 'public.tg', 'root');
select * from londiste.create_trigger('q', 'tg', '{expect_sync,merge_all,skip_truncate}', null, 'branch');
select count(*) from pg_trigger join seen on oid = id;
-- with other arguments the row trigger is made anew, the other one stays
select * from londiste.create_trigger('q', 'tg', array['when=id > 0', 'backslash\'], 'tg', 'root');
select count(*) from pg_trigger join seen on oid = id;
select triggers('tg');
truncate seen;
insert into seen select oid from pg_trigger where tgrelid = 'tg'::regclass;
select ret_note from londiste.create_trigger('q', 'tg', array['when=id > 0', 'backslash\'], 'tg', 'root');
select count(*) from pg_trigger join seen on oid = id;

-- each flag
create function flags(flags text, out note text) language plpgsql as $$
declare
    r record;
begin
    r := londiste.create_trigger('q', 'tg', array['tgflags=' || flags], 'tg', 'root');
    note := r.ret_code || ' ' || r.ret_note || ' '
        || (select regexp_replace(pg_get_triggerdef(oid), ' ON .* EXECUTE FUNCTION', '') from pg_trigger where tgrelid = 'tg'::regclass and tgname = r.trigger_name);
end;
$$;
select f.flags, flags(f.flags) from unnest('{"",aiudl,I,BUD,BI,ABI,Q,QL,JQL,DQ,B}'::text[]) f (flags);
select * from londiste.create_trigger('q', 'tg', '{tgflags=AIUDLZ?}', 'tg', 'root');
select * from londiste.create_trigger('q', 'tg', '{TgFlags=bi}', 'tg', 'root');
select * from londiste.create_trigger('q', 'tg', '{no_triggers}', 'tg', 'root');
select * from londiste.create_trigger('q', 'tg', '{virtual_table}', 'tg', 'root');
select * from londiste.create_trigger('q', 'tg_nothing', null, 'tg_nothing', 'root');
select * from londiste.create_trigger('q', 'tg', '{no_triggers}', 'tg_nothing', 'root');

-- SKIP goes last, and only before
select londiste.drop_table_triggers('q', 'tg');
select * from londiste.create_trigger('q', 'tg', '{SKIP}', 'tg', 'root');
select * from londiste.create_trigger('q', 'tg', '{tgflags=AISL}', 'tg', 'root');
select triggers('tg');
select * from londiste.create_trigger('q', 'tg', '{tgflags=BI,SKIP}', 'tg', 'root');
select triggers('tg');
truncate seen;
insert into seen select oid from pg_trigger where tgrelid = 'tg'::regclass;
select * from londiste.create_trigger('q', 'tg', '{tgflags=BIS}', 'tg', 'root');
select count(*) from pg_trigger join seen on oid = id;
-- to SKIP and back: one row trigger at a time
select * from londiste.create_trigger('q', 'tg', '{tgflags=BI}', 'tg', 'root');
select triggers('tg');
select * from londiste.create_trigger('q', 'tg', '{tgflags=BIS}', 'tg', 'root');
select triggers('tg');
-- another queue's: ours before it, or none
select * from londiste.create_trigger('q2', 'tg', null, 'tg', 'root');
select * from londiste.create_trigger('q2', 'tg', '{tgflags=BI}', 'tg', 'root');
select triggers('tg');
select londiste.drop_table_triggers('q', 'tg');
select londiste.drop_table_triggers('q2', 'tg');
create trigger first before insert on tg for each row execute function pgq.logutriga('other', 'SKIP');
select * from londiste.create_trigger('q', 'tg', '{skip,tgflags=BI}', 'tg', 'root');
select triggers('tg');
create trigger second before insert on tg for each row execute function pgq.logutriga('other2', 'SKIP');
select * from londiste.create_trigger('q', 'tg', '{skip,tgflags=BI}', 'tg', 'root');
-- only the queue's own triggers are dropped
select londiste.drop_table_triggers('q', 'tg');
select londiste.drop_table_triggers('othe', 'tg');
select triggers('tg');
select londiste.drop_table_triggers('other', 'tg');
select londiste.drop_table_triggers('other2', 'tg');
select londiste.drop_table_triggers('q', 'tg_nothing');
select triggers('tg');

-- long queue names: two triggers even so, and no other queue's is replaced
select * from londiste.create_trigger(repeat('long', 15) || '1', 'tg', null, 'tg', 'root');
select triggers('tg');
select * from londiste.create_trigger(repeat('long', 15) || '2', 'tg', null, 'tg', 'root');
select londiste.drop_table_triggers(repeat('long', 15) || '1', 'tg');
select * from londiste.create_trigger(repeat('long', 11), 'tg', '{tgflags=BIS}', 'tg', 'root');
select triggers('tg');
select * from londiste.create_trigger(repeat('long', 11), 'tg', '{tgflags=BI}', 'tg', 'root');
select triggers('tg');
select londiste.drop_table_triggers(repeat('long', 11), 'tg');
-- names that need quotes
create table "T g" (id int primary key);
select * from londiste.create_trigger('Q ''1''', 'T g', array['when=''a'' < ''b'''], 'T g', 'root');
select triggers('"T g"');
select londiste.drop_table_triggers('Q ''1''', 'T g');
select triggers('"T g"');

-- where nothing can be captured, a leaf goes without
begin;
alter function pgq.logutriga() rename to gone;
select * from londiste.create_trigger('q', 'tg', null, 'tg', 'leaf');
rollback;
select triggers('tg');
drop table tg, "T g";
drop function triggers, flags;
