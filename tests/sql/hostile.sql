-- What somebody can do who may create functions, operators and the like in a schema on everybody's path: schema hostile has, for the functions and operators
-- of PostgreSQL that our SQL uses, others of the same or of a better fitting signature. They do what PostgreSQL's do, so that tests still work,
-- and when it is a function or a program of ours that calls, they say so in the server's log: "HOSTILE name: context".
-- Variables: words, all words of our SQL, separated by blanks; types, 1: other types, too.
set client_min_messages = warning;
set hostile.words = :'words';
set hostile.types = :'types';
create schema hostile;

create function hostile._seen(what text, context text) returns void language plpgsql as $$
declare
    frames  text[] := pg_catalog.string_to_array(context, E'\n');
    frame   text;
    name    text;
begin
    foreach frame in array frames[2:] loop
        -- Expressions of trigger arguments and conditions of a cursor are the user's.
        -- Inlined from a function that the test puts in the place of pgq.insert_event.
        exit when what = 'now' and frame ~ 'function pgq\.(logu|sql|json)triga';
        exit when frame like 'SQL statement "select q.\_pgq\_value%' or frame ~ '^SQL statement "(declare|fetch) ';
        name := substring(frame from '^PL/pgSQL function (?:inline_code_block|([^( ]+))');
        if name is null then
            name := (select 'sql ' || p.oid::regproc from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                     join pg_catalog.pg_language l on l.oid = p.prolang
                     where p.proname = substring(frame from '^SQL function "([^"]+)"') and l.lanname = 'sql'
                         and n.nspname in ('pgq', 'pgq_coop', 'pgq_ext', 'pgq_node', 'londiste') limit 1);
        end if;
        if name ~ '^(sql )?(pgq|pgq_coop|pgq_ext|pgq_node|londiste)[.]' then
            raise log 'HOSTILE %: %', what, replace(context, E'\n', ' | ');
        end if;
        exit when frame ~ 'function';
    end loop;
    -- a statement of our programs, not of a function
    if frames[2] is null and current_setting('application_name') ~ '^(londiste|pgqd|node[0-9])' then
        raise log 'HOSTILE %: statement of %', what, current_setting('application_name');
    end if;
end;
$$ set search_path = pg_catalog, pg_temp;

-- args: the declaration; call: what does the work
create function hostile._make(name text, args text, result text, call text, attributes text) returns void language plpgsql as $$
begin
    execute format($f$
        create function hostile.%I(%s) returns %s language plpgsql %s as $body$
        declare
            hostile_context pg_catalog.text;
        begin
            get diagnostics hostile_context = pg_context;
            perform hostile._seen(%L, hostile_context);
            %s;
        end;
        $body$ $f$, name, args, result, attributes, name, call);
end;
$$ set search_path = pg_catalog, pg_temp;

set search_path = pg_catalog;
do $$
declare
    f       record;
    o       record;
    made    integer := 0;
begin
    for f in
        select p.proname, p.proretset, p.proisstrict, p.provolatile, pg_get_function_result(p.oid) as result, a.n, a.types
        from pg_proc p, lateral (select count(*) as n, string_agg(t.type::regtype::text, ', ' order by t.nr) as types,
                                        coalesce(bool_and(ty.typtype <> 'p'), true) as plain
                                 from unnest(p.proargtypes) with ordinality t (type, nr) join pg_type ty on ty.oid = t.type) a
        where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f' and a.plain and p.provariadic = 0 and p.prolang <> 14 and p.proallargtypes is null
            and (select typtype from pg_type where oid = p.prorettype) <> 'p' or p.pronamespace = 'pg_catalog'::regnamespace and p.prorettype = 'void'::regtype and a.plain
    loop
        continue when position(' ' || f.proname || ' ' in current_setting('hostile.words')) = 0 or f.proname = 'set_config';
        perform hostile._make(f.proname, coalesce(f.types, ''), f.result,
            case when f.proretset then 'return query select pg_catalog.' when f.result = 'void' then 'perform pg_catalog.' else 'return pg_catalog.' end
                || quote_ident(f.proname) || '(' || coalesce((select string_agg('$' || i, ', ' order by i) from generate_series(1, f.n) i), '') || ')',
            case f.provolatile when 'i' then 'immutable ' when 's' then 'stable ' else '' end || case when f.proisstrict then 'strict' else '' end);
        made := made + 1;
    end loop;
    for o in
        select p.oprname, p.oprleft::regtype as l, p.oprright::regtype as r, p.oprresult::regtype as result, p.oid
        from pg_operator p
        where p.oprnamespace = 'pg_catalog'::regnamespace and p.oprkind = 'b' and p.oprname in ('=', '<>', '<', '>', '<=', '>=', '+', '-', '*', '/', '%', '&', '||', '~', '!~', '~~', '!~~')
            and p.oprleft = any ('{text,name,oid,bool,int2,int4,int8,timestamptz,timestamp,interval,numeric,float8,"char",bytea,txid_snapshot,xid}'::regtype[])
            and p.oprright = any ('{text,name,oid,bool,int2,int4,int8,timestamptz,timestamp,interval,numeric,float8,"char",bytea,txid_snapshot,xid}'::regtype[])
        union all
        select '||', l, r, 'text', 0
        from unnest('{text,name,int4,int8,bool,oid,"char"}'::regtype[]) l, unnest('{text,name,int4,int8,bool,oid,"char"}'::regtype[]) r
        where (l = 'text'::regtype) <> (r = 'text'::regtype)
    loop
        perform hostile._make('op_' || made, o.l || ', ' || o.r, o.result::text, format('return $1 operator(pg_catalog.%s) $2', o.oprname), 'immutable strict');
        execute format('create operator hostile.%s (leftarg = %s, rightarg = %s, function = hostile.%I)', o.oprname, o.l, o.r, 'op_' || made);
        made := made + 1;
    end loop;
    -- a better fit than variadic "any"
    for f in select n from generate_series(1, 6) n loop
        perform hostile._make('format', 'text' || repeat(', text', f.n::integer), 'text',
            'return pg_catalog.format($1, ' || (select string_agg('$' || i + 1, ', ' order by i) from generate_series(1, f.n) i) || ')', 'stable');
    end loop;
    perform hostile._make('format', 'text, anyelement', 'text', 'return pg_catalog.format($1, $2)', 'stable');
    perform hostile._make('format', 'text, anyelement, anyelement', 'text', 'return pg_catalog.format($1, $2, $3)', 'stable');
    perform hostile._make('quote_literal', 'anyarray', 'text', 'return pg_catalog.quote_literal($1::text)', 'stable');
    perform hostile._make('array_append', 'text[], text', 'text[]', 'return pg_catalog.array_append($1, $2)', 'immutable');
    perform hostile._make('array_to_string', 'text[], text', 'text', 'return pg_catalog.array_to_string($1, $2)', 'stable');
    perform hostile._make('cardinality', 'text[]', 'integer', 'return pg_catalog.cardinality($1)', 'immutable strict');
    perform hostile._make('unnest', 'text[]', 'setof text', 'return query select pg_catalog.unnest($1)', 'immutable strict');
    perform hostile._make('array_upper', 'text[], integer', 'integer', 'return pg_catalog.array_upper($1, $2)', 'immutable strict');
    perform hostile._make('array_position', 'text[], text', 'integer', 'return pg_catalog.array_position($1, $2)', 'immutable');
    perform hostile._make('to_json', 'text', 'json', 'return pg_catalog.to_json($1)', 'stable strict');
    perform hostile._make('pg_typeof', 'text', 'regtype', 'return pg_catalog.pg_typeof($1)', 'stable');
    -- Types whose names are no key words. A value that becomes one of them is looked at.
    for f in select t.typname from pg_type t where current_setting('hostile.types') = '1' and t.typnamespace = 'pg_catalog'::regnamespace and t.typtype = 'b' and position(' ' || t.typname || ' ' in current_setting('hostile.words')) > 0 loop
        perform hostile._make('type_' || f.typname, 'pg_catalog.' || quote_ident(f.typname), 'boolean', 'return true', 'stable');
        execute format('create domain hostile.%I as pg_catalog.%1$I check (hostile.%I(value))', f.typname, 'type_' || f.typname);
    end loop;
    perform hostile._make('_count', 'bigint', 'bigint', 'return $1 operator(pg_catalog.+) 1', 'immutable');
    create aggregate hostile.count(*) (sfunc = hostile._count, stype = bigint, initcond = '0');
    perform hostile._make('_join', 'text, text, text', 'text', 'return coalesce(pg_catalog.concat($1, $3), '''') operator(pg_catalog.||) $2', 'immutable');
    perform hostile._make('_max', 'bigint, bigint', 'bigint', 'return greatest($1, $2)', 'immutable');
    create aggregate hostile.max(bigint) (sfunc = hostile._max, stype = bigint);
end;
$$;
select count(*) > 300 as enough from pg_proc where pronamespace = 'hostile'::regnamespace;
reset search_path;
