-- Partitions made and dropped for the dispatch handlers.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

set timezone = 'UTC';
create role part_owner;
create role part_user;
create role part_user2;
grant part_owner to current_user;
create schema "Part";
grant create, usage on schema "Part" to part_owner;
create table "Part"."events x" (id int primary key, at timestamptz not null default now(), n int check (n > 0), txt text);
create index on "Part"."events x" (n);
alter table "Part"."events x" owner to part_owner;
grant select, insert on "Part"."events x" to part_user;
grant update on "Part"."events x" to part_user2 with grant option;
grant select on "Part"."events x" to public;
create table "Part".log (id int, "ON" text);
grant all on "Part".log to part_owner;
create function "Part".log() returns trigger language plpgsql as $$ begin insert into "Part".log values (new.id, tg_name || ' ' || tg_argv[0]); return null; end $$;
create trigger a after insert on "Part"."events x" for each row when (new.txt is distinct from ' ON "Part"."events x" ') execute function "Part".log(' ON "Part"."events x" ');
create trigger "b ON" after insert on "Part"."events x" for each row execute function "Part".log('off');
alter table "Part"."events x" disable trigger "b ON";
create trigger c after insert on "Part"."events x" for each row execute function "Part".log('replica');
alter table "Part"."events x" enable replica trigger c;
create trigger d after insert on "Part"."events x" for each row execute function "Part".log('always');
alter table "Part"."events x" enable always trigger d;
create rule r as on delete to "Part"."events x" where old.txt = ' TO "Part"."events x"' do instead nothing;
create rule r2 as on delete to "Part"."events x" do instead nothing;
alter table "Part"."events x" disable rule r2;

select londiste.create_partition(null, 'Part.p', null, null, null, null);
select londiste.create_partition('Part.events x', null, null, null, null, null);
select londiste.create_partition('Part.nothing', 'Part.p', null, null, null, null);
select londiste.create_partition('Part.events x', 'Part.p', null, 'at', null, 'day');
select londiste.create_partition('Part.events x', 'Part.p', null, 'at', now(), null);

select londiste.create_partition('Part.events x', 'Part.events x_2020_02_29', 'id', 'at', '2020-02-29 13:00+00', 'day');
select londiste.create_partition('Part.events x', 'Part.events x_2020_02_29', 'id', 'at', '2020-02-29 13:00+00', 'day');
select a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
from pg_attribute a left join pg_attrdef d on adrelid = attrelid and adnum = attnum
where attrelid = '"Part"."events x_2020_02_29"'::regclass and attnum > 0 order by attnum;
select pg_get_constraintdef(oid) from pg_constraint where conrelid = '"Part"."events x_2020_02_29"'::regclass and contype <> 'n' order by 1;
select indisprimary, pg_get_indexdef(indexrelid, 1, true) from pg_index where indrelid = '"Part"."events x_2020_02_29"'::regclass order by 1;
select pg_get_userbyid(relowner) from pg_class where oid = '"Part"."events x_2020_02_29"'::regclass;
select case when grantee = 0 then 'public' else pg_get_userbyid(grantee) end as grantee, privilege_type, is_grantable
from pg_class, aclexplode(relacl) where oid = '"Part"."events x_2020_02_29"'::regclass and grantee <> relowner order by 1, 2;
select tgenabled, pg_get_triggerdef(oid) from pg_trigger where tgrelid = '"Part"."events x_2020_02_29"'::regclass and not tgisinternal order by tgname;
select ev_enabled, pg_get_ruledef(oid) from pg_rewrite where ev_class = '"Part"."events x_2020_02_29"'::regclass order by rulename;
select tgname, tgenabled from pg_trigger where tgrelid = '"Part"."events x"'::regclass and not tgisinternal order by 1;
insert into "Part"."events x_2020_02_29" values (1, '2020-02-29 23:59', 1, 'a');
select * from "Part".log order by 2;
insert into "Part"."events x_2020_02_29" values (2, '2020-03-01 00:00', 1, 'a');
delete from "Part"."events x_2020_02_29";
select id from "Part"."events x";

-- the other periods; none without a field
select londiste.create_partition('Part.events x', 'Part.events x_2020_02', 'id', 'at', '2020-02-29 13:00+00', 'month');
select londiste.create_partition('Part.events x', 'Part.events x_2020', 'id', 'at', '2020-02-29 13:00+00', 'year');
select londiste.create_partition('Part.events x', 'Part.events x_2020_02_29_13', 'id', 'at', '2020-02-29 13:59+00', 'hour');
select londiste.create_partition('Part.events x', 'Part.plain', 'id', '', null, null);
select londiste.create_partition('Part.events x', 'Part.plain2', null, null, now(), 'day');
select conrelid::regclass, pg_get_constraintdef(oid) from pg_constraint
where contype = 'c' and connamespace = '"Part"'::regnamespace and pg_get_constraintdef(oid) like '%at%' order by conrelid::regclass::text, conname;

-- which are obsolete
select p, londiste.is_obsolete_partition('s.t_2020_02_29_13', '1 day', p) as hour, londiste.is_obsolete_partition('s.t_2020_02_29', '1 day', p) as day,
       londiste.is_obsolete_partition('s.t_2020_02', '1 day', p) as month, londiste.is_obsolete_partition('s.t_2020', '1 day', p) as year
from unnest('{hour,hourly,day,daily,month,monthly,year,yearly}'::text[]) p;
select londiste.is_obsolete_partition('s.t_' || to_char(now(), 'YYYY_MM_DD'), '1 day', 'day') as today,
       londiste.is_obsolete_partition('s.t_' || to_char(now() - interval '1 day', 'YYYY_MM_DD'), '1 day', 'day') as kept,
       londiste.is_obsolete_partition('s.t_' || to_char(now() - interval '2 days', 'YYYY_MM_DD'), '1 day', 'day') as gone,
       londiste.is_obsolete_partition('s.t_9999_01_01', '1 day', 'day') as future,
       londiste.is_obsolete_partition('s.t', '1 day', 'day') as plain;
select londiste.is_obsolete_partition('s.t_2020', '1 day', 'century');
select londiste.is_obsolete_partition('s.t_2020', '1 day', null);

select londiste.create_partition('Part.events x', 'Part.events x_2019_12_31', 'id', '', null, null);
select londiste.create_partition('Part.events x', 'Part.events x_9999_12_31', 'id', '', null, null);
create table "Part"."stranger_2001_01_01" (id int);
select londiste.list_obsolete_partitions('Part.events x', '30 days', 'daily');
select londiste.list_obsolete_partitions('Part.nothing', '30 days', 'daily');
select londiste.drop_obsolete_partitions('Part.events x', '30 days', 'daily');
select londiste.drop_obsolete_partitions('Part.events x', '30 days', 'daily');
select inhrelid::regclass from pg_inherits where inhparent = '"Part"."events x"'::regclass order by inhrelid::regclass::text;

drop schema "Part" cascade;
drop role part_owner, part_user, part_user2;
