-- ----------------------------------------------------------------------
-- pgq._row_text(r)
--
--     The text form of a row, written under fixed settings, so that what a
--     subscriber receives does not depend on the session that wrote the row.
--     TimeZone stays the writer's: a timestamptz carries its offset.
--
-- Parameters:
--     r  - row of any table, or a record
-- Result:
--     Text as record_out writes it; see pgq._row_values().
-- Called by:
--     the change-capture triggers, when the table has types or the session
--     has settings that need it (see "ordinary" in pgq._trigger_context)
-- ----------------------------------------------------------------------
create or replace function pgq._row_text(r anyelement)
returns text
language plpgsql
stable
set DateStyle = 'ISO'
set IntervalStyle = 'postgres'
set extra_float_digits = '1'
set bytea_output = 'hex'
set xmloption = 'content'
set lc_monetary = 'C'
set quote_all_identifiers = 'off'
set search_path = ''
as $$
begin
    -- format() uses the output functions; a cast could find one of the user's.
    return format('%s', r);
end;
$$;
