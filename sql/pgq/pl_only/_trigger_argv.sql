-- pgq._trigger_argv(i_args): a trigger's arguments from pg_trigger.tgargs, where a zero byte ends each, as an array that begins at 0, as TG_ARGV does.
-- Called by: _capture_functions.
create or replace function pgq._trigger_argv(i_args bytea)
returns text[] as $$
declare
    args    text[];
    rest    bytea := i_args;
    len     integer;
    nr      integer := 0;
begin
    loop
        len := position(E'\\x00'::bytea in rest) - 1;
        exit when len < 0;
        args[nr] := convert_from(substring(rest from 1 for len), getdatabaseencoding());
        rest := substring(rest from len + 2);
        nr := nr + 1;
    end loop;
    return args;
end;
$$ language plpgsql strict stable set search_path = pg_catalog, pg_temp;
