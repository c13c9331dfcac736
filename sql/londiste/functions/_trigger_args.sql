-- londiste._trigger_args(i_args): trigger arguments as pg_trigger.tgargs holds them, each ended by a zero byte.
create or replace function londiste._trigger_args(i_args text[])
returns bytea as $$
begin
    -- The escape format takes all bytes as they are but the backslash.
    return (select coalesce(string_agg(decode(replace(a.arg, E'\\', E'\\\\'), 'escape') || '\x00'::bytea, ''::bytea order by a.nr), ''::bytea)
            from unnest(i_args) with ordinality a (arg, nr));
end;
$$ language plpgsql strict immutable set search_path = pg_catalog, pg_temp;
