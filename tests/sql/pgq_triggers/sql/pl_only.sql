-- What the PL/pgSQL triggers are made of.
\set VERBOSITY terse
\set SHOW_CONTEXT never
set client_min_messages = warning;
\pset null '<null>'
\pset format unaligned

select pgq.logutriga();
select pgq.sqltriga();
select pgq.jsontriga();

-- percent encoding
select pgq._urlencode(null), pgq._urlencode(''), pgq._urlencode('AZaz09_.-'), pgq._urlencode(' '), pgq._urlencode('+ %'), pgq._urlencode('a b+c%2b');
-- all of ASCII
select string_agg(pgq._urlencode(chr(i)), '' order by i) from generate_series(1, 127) i;
select pgq._urlencode((select string_agg(chr(i), '' order by i) from generate_series(1, 127) i))
    = (select string_agg(pgq._urlencode(chr(i)), '' order by i) from generate_series(1, 127) i) as equal;
select pgq._urlencode('ação €uro 𝄞 日本語');
-- a rich alphabet goes another way
create function pg_temp.decode_url(v text) returns text language sql as $$
    select convert_from(decode(string_agg(case when m[1] like '\%%' then substr(m[1], 2) when m[1] = '+' then '20'
        else encode(convert_to(m[1], 'UTF8'), 'hex') end, '' order by n), 'hex'), 'UTF8')
    from regexp_matches(v, '%[0-9a-f]{2}|.', 'g') with ordinality x (m, n)
$$;
select count(*), count(*) filter (where pg_temp.decode_url(pgq._urlencode(v)) is distinct from v) as wrong,
    count(*) filter (where pgq._urlencode(v) ~ '[^A-Za-z0-9_.%+-]') as unencoded,
    -- nothing encoded that stands for itself
    count(*) filter (where pgq._urlencode(v) ~ '%(2d|2e|3[0-9]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a]|20)') as overencoded
from (select string_agg(chr(i), '') from generate_series(1, 1000) i
      union all select string_agg(chr(i), '') from generate_series(32, 126) i
      union all select string_agg(chr(i), '' order by i desc) from generate_series(19968, 20968) i
      union all select string_agg(chr(1 + (i * 7919) % 120), '') from generate_series(1, 3000) i) x (v);
-- a collation that regular expressions refuse
create collation pg_temp.ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
select pgq._urlencode('A b%' collate pg_temp.ci);

-- rows taken apart: every combination of values that record_out writes in its own way
create temp table piece (v text);
insert into piece values (null), (''), ('a'), (' '), (','), ('"'), ('""'), ('"""'), ('a"'), ('"a'), ('a""b'), ('","'), ('\'), ('\"'), ('"\'),
    (chr(1)), ('"' || chr(1)), (chr(1) || '1' || chr(2) || '"'), ('(1,"2")'), ('null');
select count(*), count(*) filter (where pgq._row_values(row(a.v, b.v, c.v)::text) is distinct from array[a.v, b.v, c.v]) as wrong
from piece a, piece b, piece c;
select count(*), count(*) filter (where pgq._row_values(row(v)::text) is distinct from array[v]) as wrong from piece;
select count(*), count(*) filter (where pgq._row_values(row(a.v, 1, b.v, null)::text) is distinct from array[a.v, '1', b.v, null]) as wrong
from piece a, piece b;
-- in a session that reads the functions with the setting off
\connect -
set standard_conforming_strings = off;
set escape_string_warning = off;
select pgq._row_values(E'(1,"a\\\\b""c",)');
select pgq._urlencode(E'a\\b');
set standard_conforming_strings = on;

-- how column names are found
create temp view q (n, expr) as values
    (1, 'id > 5 and "id" = 1'),
    (2, 'ID || Id || "ID" || "Mixed" || mixed'),
    (3, 't.id || id.x || "id"."id" || id . x'),
    (4, '''id'' || E''\''id'' || $$id$$ || $a$ id $$ id $a$ || n''id'' || U&''id'' || b''1'' || x''1f'' || e'),
    (5, 'id -- id
, id /* id /* id */ id */ + id'),
    (6, 'id::date + date ''2020-01-01'' + date - date(id) as id'),
    (7, 'arr[id] + (comp).id + arr[1:id]'),
    (8, '1e5 + 1.5e-3 + .5e1 + 10'),
    (9, 'ção || "a""b" || _id || id_ || id$1'),
    (10, 'lower(id) in (id, id)'),
    (11, ''),
    (12, 'U&"id" || id'),
    (13, '"sel ect"||"sel ect"');
select n, pgq._trigger_query(expr, array['id', 'Mixed', 'e', 'date', 'arr', 'comp', 'ção', 'a"b', '_id', 'lower', 'sel ect', 'n'])
from q order by n;
select pgq._trigger_query('id || ''open', '{id}');
select pgq._trigger_query('id || "open', '{id}');
select pgq._trigger_query('id || $x$ open $y$', '{id}');
select pgq._trigger_query('id || $1', '{id}');
select pgq._trigger_query('id /* open /* */', '{id}');
select pgq._trigger_query('E''\''', '{id}');
set standard_conforming_strings = off;
set escape_string_warning = off;
select pgq._trigger_query('''it\\''s id'' || id', '{id}');
set standard_conforming_strings = on;
select pgq._trigger_query('''its\'' || id', '{id}');

