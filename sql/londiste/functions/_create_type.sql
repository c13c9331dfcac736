-- londiste._create_type(i_type): the statement, for a DO block, that makes a type as _describe_type says; of an extension's, and of what cannot be made so, one that says so.
-- Called by: _new_types_script.
create or replace function londiste._create_type(i_type jsonb)
returns text as $$
    select case
        when i_type ->> 'extension' is not null or i_type ->> 'kind' = 'b' or (i_type ->> 'canonical')::boolean then
            format('raise exception using errcode = %L, message = %L, hint = %L', 'undefined_object',
                   format('type %s is missing here', i_type ->> 'name')
                       || coalesce(format(': it belongs to extension "%s"', i_type ->> 'extension'), ', and cannot be made from its description'),
                   coalesce(format('Create the extension "%s" here: then the worker goes on.', i_type ->> 'extension'), 'Make it here: then the worker goes on.'))
        when i_type ->> 'kind' = 'e' then
            format('create type %s as enum (%s)', i_type ->> 'name',
                   (select string_agg(quote_literal(l.v ->> 1), ', ' order by l.nr) from jsonb_array_elements(i_type -> 'labels') with ordinality l (v, nr)))
        when i_type ->> 'kind' = 'c' then
            format('create type %s as (%s)', i_type ->> 'name',
                   (select string_agg(format('%I %s%s', a.v ->> 1, a.v ->> 2, ' collate ' || (a.v ->> 3)), ', ' order by a.nr)
                    from jsonb_array_elements(i_type -> 'attributes') with ordinality a (v, nr)))
        when i_type ->> 'kind' = 'r' then
            format('create type %s as range (%s)', i_type ->> 'name', i_type ->> 'range')
        else
            format('create domain %s as %s%s%s%s%s', i_type ->> 'name', i_type ->> 'base', ' collate ' || (i_type ->> 'collation'), ' default ' || (i_type ->> 'default'),
                   case when (i_type ->> 'not_null')::boolean then ' not null' else '' end,
                   (select string_agg(format(' constraint %I %s', c.v ->> 1, replace(c.v ->> 2, ' NOT VALID', '')), '' order by c.nr)
                    from jsonb_array_elements(i_type -> 'checks') with ordinality c (v, nr)))
    end;
$$ language sql immutable set search_path = pg_catalog, pg_temp;
