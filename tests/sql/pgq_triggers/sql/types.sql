-- A round trip of every type through each format, whatever the settings of the writer.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
create schema trig_types;
set search_path = trig_types, public;
select pgq.create_queue('trig_types');
-- the events since the last look
create function events() returns table (ev_type text, ev_data text, ev_extra1 text, ev_extra2 text, ev_extra3 text, ev_extra4 text)
language plpgsql as $$
begin
    return query execute (
        select format('with gone as (delete from %s returning *)
                       select ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4 from gone order by ev_id', queue_data_pfx)
        from pgq.queue where queue_name = 'trig_types');
end;
$$;
\pset null '<null>'
\pset format unaligned

create type mood as enum ('sad', 'happy', 'it''s "so\ so", (really)');
create domain short_text as text check (length(value) < 20);
create domain pos as integer check (value > 0);
create type pair as (a integer, b text);
create type nested as (p pair, l pair[], d pos);
create type float_range as range (subtype = float8);

set timezone = 'UTC';
create table vals (n serial primary key, typ text, val text);
insert into vals (typ, val)
select typ, v from (values
    ('boolean', array['t', 'f']),
    ('smallint', '{-32768,0,32767}'), ('integer', '{-2147483648,0,2147483647}'), ('bigint', '{-9223372036854775808,0,9223372036854775807,9007199254740993}'),
    ('numeric', '{0,-0.00,1.50,12345678901234567890.123456789012345678901234567890,1e-30,1e30,NaN}'), ('numeric(10,2)', '{1.5,-99999999.99,NaN}'),
    ('real', '{0,-0,0.1,1.17549435e-38,3.4028235e+38,NaN,Infinity,-Infinity}'),
    ('double precision', '{0,-0,0.1,0.30000000000000004,2.2250738585072014e-308,1.7976931348623157e+308,5e-324,1e+15,1e-7,NaN,Infinity,-Infinity}'),
    ('money', '{0,-1.5,12345678901234.56}'),
    ('oid', '{0,4294967295}'), ('xid', '{0,4294967295}'), ('pg_lsn', '{0/0,FFFFFFFF/FFFFFFFF}'), ('tid', '{"(0,1)"}'),
    ('text', array['', ' ', 'abc', 'ação €uro 𝄞', '\', '\\', '''', '"', '""', E'\t\n\r\b\f\x0b', E'\x01\x02\x7f', '%20+&=#?', 'NULL', 'null', '\N', '\.', '{}', '(,)', 'a,b',
        '\x00', E'it''s \\ "both"', repeat('ação ', 2000), repeat('"', 9), repeat('\', 9), ',', '()']),
    ('varchar(10)', array['', 'a  ', 'ç"\']), ('char(5)', array['', 'a', 'ab"']), ('name', array['', 'a b', 'pg_class']), ('"char"', array['a', '"', '\', '']),
    ('bytea', array['\x', '\x00', '\x' || (select string_agg(lpad(to_hex(i), 2, '0'), '' order by i) from generate_series(0, 255) i), '\x5c2227']),
    ('date', array['2009-09-19', '0001-01-01', '0044-03-15 BC', '4713-01-01 BC', '5874897-12-31', 'infinity', '-infinity']),
    ('time', array['00:00:00', '24:00:00', '23:59:59.999999']), ('timetz', array['00:00:00+00', '23:59:59.999999-15:59', '12:00:00+05:30']),
    ('timestamp', array['2009-09-19 11:59:48.599', '2009-09-19 00:00:00', '0044-03-15 12:00:00.5 BC', '294276-12-31 23:59:59.999999', 'infinity', '-infinity']),
    ('timestamptz', array['2009-09-19 11:59:48.599+00', '2009-07-19 11:59:48-03', '1850-01-01 00:00:00+00', '0044-03-15 12:00:00+00 BC', '294276-12-31 23:59:59.999999+00', 'infinity', '-infinity']),
    ('interval', array['0', '-1 day -2 hours', '1 year 2 mons -3 days +04:05:06.789', '-1 year -2 mons +3 days -04:05:06.789', '178000000 years', '-00:00:00.000001']),
    ('uuid', array['00000000-0000-0000-0000-000000000000', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']),
    ('inet', array['10.0.0.1', '10.1.2.3/8', '::1', '2001:db8::ff00:42:8329/64']), ('cidr', array['10.0.0.0/8', '::/0']),
    ('macaddr', array['08:00:2b:01:02:03']), ('macaddr8', array['08:00:2b:01:02:03:04:05']),
    ('bit(9)', array['101010101']), ('varbit', array['', '1', '0101']),
    ('point', array['(1,2)', '(0.1,-1e+300)', '(NaN,Infinity)']), ('line', array['{1,-1,0.1}']), ('lseg', array['[(0,0),(1.1,2)]']), ('box', array['(2,2.2),(1,1)']),
    ('path', array['[(0,0),(1,1),(2,0)]', '((0,0),(1,1),(2,0))']), ('polygon', array['((0,0),(1,1),(2,0.3))']), ('circle', array['<(0.1,0),2.5>']),
    ('json', array['{}', '{"a": [1, 2.0, null, "x\"y\\z"], "b" : true}', '"x"', 'null', ' [1 ,2] ']),
    ('jsonb', array['{}', '{"a": [1, 2.0, null, "x\"y\\z"], "b": true}', '"ação"', 'null']), ('jsonpath', array['$."a"[*]?(@ > 1)']),
    ('xml', array['', '<a b="c">d &amp; e</a>', 'text <b/> only']),
    ('tsvector', array['', '''a'':1A ''b c'':2,3 ''it''''s'':4']), ('tsquery', array['''a'' & !''b c''']),
    ('txid_snapshot', array['10:20:10,14,15']), ('xid8', array['18446744073709551615']), ('pg_snapshot', array['10:20:10,14,15']),
    ('int2vector', array['1 2 3', '']), ('oidvector', array['1 2 3']),
    ('regclass', array['pg_class', 'trig_types.vals', '-', '12345678']), ('regtype', array['integer', 'trig_types.mood', 'character varying[]']),
    ('regproc', array['pg_catalog.now', 'trig_types.decode_url']), ('regprocedure', array['abs(integer)', 'trig_types.events()']),
    ('regoper', array['||/']), ('regoperator', array['+(integer,integer)']), ('regrole', array['pg_monitor']), ('regnamespace', array['trig_types']),
    ('regconfig', array['english']), ('regdictionary', array['simple']), ('regcollation', array['"C"']), ('aclitem', array['postgres=r/postgres']),
    ('int4range', array['empty', '[1,5)', '(,)', '[5,)']), ('int8range', array['[1,9223372036854775807)']), ('numrange', array['[1.50,2.0]', '(,1)']),
    ('daterange', array['[2020-01-01,2020-02-01)', '(,infinity)']), ('tsrange', array['["2020-01-01 00:00:00","2020-02-01 12:00:00.5")']),
    ('tstzrange', array['["2020-01-01 00:00:00+00",)']), ('float_range', array['[0.1,0.3]']),
    ('integer[]', array['{}', '{1,NULL,3}', '[0:1]={1,2}', '{{1,2},{3,4}}']), ('boolean[]', array['{t,f,NULL}']),
    ('text[]', array['{}', '{"",NULL,"NULL","a,b","q\"q","b\\b","{}"," "}', '{{"ação"},{"%"}}']), ('bytea[]', array['{"\\x00ff",NULL}']),
    ('timestamp[]', array['{"2020-01-01 00:00:00",infinity}']), ('float8[]', array['{0.1,NaN}']), ('interval[]', array['{"-1 days -02:00:00"}']),
    ('numeric[]', array['{1.50}']), ('json[]', array['{"{\"a\": \"b\\\\\"}"}']), ('money[]', array['{1.50}']), ('regclass[]', array['{pg_class,trig_types.vals}']),
    ('mood', array['sad', 'it''s "so\ so", (really)']), ('mood[]', array['{sad,happy,NULL}']),
    ('short_text', array['', 'a "b" \c, (d)']), ('pos', array['1', '2147483647']),
    ('pair', array['(,)', '(1,"")', '(1,"a ""b"" \\c, (d)")']), ('pair[]', array['{"(1,\"x,y\")",NULL,"(,)"}']),
    ('nested', array['("(1,""a,""""b"")","{""(2,\\""\\""\\""q\\"")""}",5)'])
) x (typ, vs), unnest(vs) v;
insert into vals (typ, val) select distinct typ, null from vals;

create function decode_url(v text) returns text language sql immutable as $$
    select convert_from(decode(coalesce(string_agg(case when m[1] like '\%%' then substr(m[1], 2) when m[1] = '+' then '20'
        else encode(convert_to(m[1], 'UTF8'), 'hex') end, '' order by n), ''), 'hex'), 'UTF8')
    from regexp_matches(v, '%[0-9a-f]{2}|[^%]', 'g') with ordinality x (m, n)
$$;

-- One table holds a column of each type, its first row the first value of each type, and so on.
-- Another one leaves out the types whose text depends on search_path or lc_monetary, and those
-- made here: rows of such a table take a shorter way through the triggers.
create view cols as
    select 'c' || row_number() over (order by min(n)) || ' ' || typ as name, typ, count(*) as n_vals,
        typ ~ '^(reg|money|mood|short_text|pos|pair|nested|float_range|aclitem|int2vector|oidvector|tid|pg_snapshot)' as special
    from vals v group by typ;

do $$
declare
    tbl text;
    row_no integer;
begin
    foreach tbl in array '{plain,whole}'::text[] loop
        execute (select format('create table %s (id integer primary key, before text, %s, after text)', tbl,
                     string_agg(format('%I %s', name, typ), ', ' order by length(name), name))
                 from cols where tbl = 'whole' or not special);
        execute format('create table %s_origin as select * from %1$s', tbl);
        for row_no in 1 .. (select max(n_vals) from cols) loop
            -- as literals: a cast from text may be another function than the input of the type
            execute (select format('insert into %s_origin (id, before, %s) values (%s, ''"'', %s)', tbl,
                         string_agg(quote_ident(name), ', '), row_no, string_agg(quote_nullable(val), ', '))
                     from (select c.name, (array(select v.val from vals v where v.typ = c.typ order by v.n))[row_no] as val
                           from cols c where tbl = 'whole' or not c.special) x);
        end loop;
        execute format('create trigger t1 after insert or update on %s for each row execute function pgq.logutriga(''trig_types'', ''backup'')', tbl);
        execute format('create trigger t2 after insert or update on %s for each row execute function pgq.sqltriga(''trig_types'')', tbl);
        execute format('create trigger t3 after insert or update on %s for each row execute function pgq.jsontriga(''trig_types'', ''backup'')', tbl);
    end loop;
end;
$$;

-- Inserts the rows under the settings given, and applies the events to another table under those
-- of a worker. Says what did not arrive, and how much did.
create function round_trip(src text, variadic settings text[]) returns table (format text, col text, sent text, got text) language plpgsql as $$
declare
    e record;
    setting text;
    apply text;
    n_good integer := 0;
    worker text[] := '{DateStyle=ISO,IntervalStyle=postgres,extra_float_digits=1,bytea_output=hex,lc_monetary=C,xmloption=content,TimeZone=UTC,
        quote_all_identifiers=off,standard_conforming_strings=on,"search_path=pg_catalog, trig_types"}';
begin
    foreach setting in array settings loop
        perform set_config(split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1), true);
    end loop;
    execute pg_catalog.format('insert into trig_types.%s select * from trig_types.%1$s_origin', src);
    execute pg_catalog.format('update trig_types.%s set after = ''changed''', src);
    -- the session has its own settings back
    foreach setting in array settings loop
        if current_setting(split_part(setting, '=', 1)) <> substr(setting, strpos(setting, '=') + 1) then
            raise exception 'the trigger changed %', setting;
        end if;
    end loop;
    foreach setting in array worker loop
        perform set_config(split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1), true);
    end loop;

    execute pg_catalog.format('create table trig_types.dst as select * from %s_origin where false', src);
    for e in select x.* from events() x loop
        continue when e.ev_type = 'U';
        -- with backup the old row says the same again
        apply := coalesce(e.ev_extra2, e.ev_data);
        if e.ev_type = 'I' then
            format := 'sql';
            execute 'insert into dst ' || apply;
        elsif e.ev_type like '{%' then
            format := 'json';
            execute (select pg_catalog.format('insert into dst (%s) values (%s)', string_agg(quote_ident(key), ','), string_agg(quote_nullable(value), ','))
                     from json_each_text(apply::json));
        else
            format := 'urlencoded';
            execute (select pg_catalog.format('insert into dst (%s) values (%s)', string_agg(quote_ident(decode_url(split_part(p, '=', 1))), ','),
                         string_agg(quote_nullable(case when p like '%=%' then decode_url(split_part(p, '=', 2)) end), ','))
                     from regexp_split_to_table(apply, '&') p);
        end if;
        for col, sent, got in
            execute (select pg_catalog.format('select x.* from dst d left join %s_origin o on o.id = d.id, lateral (values %s) x',
                         src, string_agg(pg_catalog.format('(%1$L, case when num_nulls(o.%1$I) = 0 then pg_catalog.format(''%%s'', o.%1$I) end,
                             case when num_nulls(d.%1$I) = 0 then pg_catalog.format(''%%s'', d.%1$I) end)', attname), ', '))
                     from pg_attribute where attrelid = 'dst'::regclass and attnum > 0)
        loop
            if sent is not distinct from got or col = 'after' then
                n_good := n_good + 1;
            else
                return next;
            end if;
        end loop;
        delete from dst;
    end loop;
    drop table dst;
    execute 'truncate ' || src;
    return query select null, null, null, n_good || ' right';
end;
$$;

-- five events to each row: three from the INSERT, two from the UPDATE
select (count(*) + 3) * max(n_vals) * 5 as whole from cols;
select (count(*) + 3) * (select max(n_vals) from cols) * 5 as plain from cols where not special;
select * from round_trip('whole', 'DateStyle=ISO, MDY');
select * from round_trip('plain', 'DateStyle=ISO, MDY', 'IntervalStyle=postgres');
select * from round_trip('plain', 'DateStyle=ISO, DMY', 'IntervalStyle=postgres', 'extra_float_digits=3', 'TimeZone=America/Sao_Paulo');
select * from round_trip('whole', 'DateStyle=German, DMY', 'IntervalStyle=sql_standard', 'TimeZone=America/Sao_Paulo');
select * from round_trip('plain', 'DateStyle=German, DMY', 'IntervalStyle=sql_standard', 'TimeZone=America/Sao_Paulo');
select * from round_trip('whole', 'DateStyle=SQL, DMY', 'IntervalStyle=iso_8601', 'extra_float_digits=0', 'TimeZone=Asia/Kolkata');
select * from round_trip('whole', 'DateStyle=Postgres, MDY', 'IntervalStyle=postgres_verbose', 'extra_float_digits=-15', 'bytea_output=escape');
select * from round_trip('plain', 'DateStyle=ISO, MDY', 'IntervalStyle=sql_standard');
select * from round_trip('plain', 'DateStyle=ISO, MDY', 'IntervalStyle=postgres', 'extra_float_digits=0');
select * from round_trip('plain', 'DateStyle=ISO, MDY', 'IntervalStyle=postgres', 'bytea_output=escape');
select * from round_trip('whole', 'xmloption=document', 'search_path=trig_types', 'TimeZone=Europe/Lisbon', 'quote_all_identifiers=on');
select * from round_trip('whole', 'standard_conforming_strings=off', 'escape_string_warning=off', 'search_path=""');

-- in transactions with one snapshot the columns are looked at twice
begin isolation level repeatable read;
select * from round_trip('whole', 'DateStyle=German, DMY');
commit;
begin isolation level serializable;
select * from round_trip('plain', 'DateStyle=ISO, MDY');
commit;

-- settings and search_path are as before also after an error
set datestyle = 'German, DMY';
create table err (id integer primary key, m money, i interval);
create trigger t1 after insert on err for each row execute function pgq.logutriga('no such queue');
create trigger t0 after insert on err for each row execute function pgq.jsontriga('trig_types', 'ev_extra1=1/id');
insert into err values (0, 1, '1 day');
show datestyle;
show search_path;
insert into err values (1, 1, '1 day');
show datestyle;
select * from events();

-- the text itself, of some types in a session of its own mind
create table shown (id integer primary key, d date, ts timestamp, tz timestamptz, i interval, f float8, r real, b bytea, m money, c regclass, flag boolean, n numeric, ch char(3), e mood);
create trigger t1 after insert on shown for each row execute function pgq.logutriga('trig_types');
create trigger t2 after insert on shown for each row execute function pgq.sqltriga('trig_types');
create trigger t3 after insert on shown for each row execute function pgq.jsontriga('trig_types');
set datestyle = 'German, DMY';
set intervalstyle = 'sql_standard';
set extra_float_digits = 0;
set bytea_output = 'escape';
set timezone = 'America/Sao_Paulo';
insert into shown values (1, '19.09.2009', '19.09.2009 11:59:48.599', '2009-09-19 11:59:48.599+00', interval '-1 day' - interval '2 hours', 0.1 + 0.2::float8, 0.1, '\x00ff', 1.5, 'shown', true, 1.50, 'a', 'sad'),
    (2, '15.03.0044 BC', '15.03.0044 12:00:00 BC', '0044-03-15 12:00:00+00 BC', '1 mon', 1e20, 1e-7, '\x', -1, '0', false, 'NaN', '', 'happy'),
    (3, 'infinity', '-infinity', 'infinity', '0', 'NaN', '-Infinity', null, null, null, null, null, null, null);
set timezone = 'Asia/Kolkata';
insert into shown (id, tz) values (4, '2009-09-19 11:59:48.599+00');
select ev_type, ev_data from events();
reset datestyle; reset intervalstyle; reset extra_float_digits; reset bytea_output; reset timezone;

set client_min_messages = error;
drop schema trig_types cascade;
select pgq.drop_queue('trig_types', true);
