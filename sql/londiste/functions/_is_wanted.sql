-- londiste._is_wanted(i_name, i_patterns): a name fits one of the patterns, a JSON array: * stands for any text, ? for one character. False for NULL.
-- Called by: _follow_new_tables.
create or replace function londiste._is_wanted(i_name text, i_patterns jsonb)
returns boolean as $$
    select exists (
        select 1 from jsonb_array_elements_text(i_patterns) p (pattern)
        where i_name ~ ('^' || replace(replace(regexp_replace(p.pattern, '([^[:alnum:]_*?])', E'\\\\\\1', 'g'), '*', '.*'), '?', '.') || '$'));
$$ language sql immutable set search_path = pg_catalog, pg_temp;
