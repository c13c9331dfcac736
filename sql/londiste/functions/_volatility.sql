-- londiste._volatility(i_tree): of an expression as the catalogue stores it (adbin, conbin): i, it is the same everywhere and always; s, it depends on the session or on when
-- it is evaluated; v, each evaluation may give another value or do something. Called by: _ddl_refusals.
create or replace function londiste._volatility(i_tree text)
returns "char" as $$
    select case when i_tree ~ '\{NEXTVALUEEXPR ' or 'v' = any (f.kinds) then 'v'
                when i_tree ~ '\{(SQLVALUEFUNCTION|COERCEVIAIO|XMLEXPR) ' or 's' = any (f.kinds) then 's'
                else 'i' end::"char"
    from (select array_agg(distinct p.provolatile::text) as kinds
          from pg_catalog.pg_proc p
          where p.oid in (select m.found[1]::oid from regexp_matches(i_tree, ':(?:funcid|opfuncid) (\d+)', 'g') m (found))) f;
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
