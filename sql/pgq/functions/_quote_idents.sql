-- ----------------------------------------------------------------------
-- pgq._quote_idents(names)
--
--     Quotes those names that need it, also in a session that quotes all.
--
-- Called by:
--     pgq._trigger_event, when quote_all_identifiers is on
-- ----------------------------------------------------------------------
create or replace function pgq._quote_idents(names text[])
returns text[]
language plpgsql
stable
set quote_all_identifiers = 'off'
set search_path = pg_catalog, pg_temp
as $$
begin
    return array(select quote_ident(n) from unnest(names) with ordinality u (n, ord) order by ord);
end;
$$;
