-- londiste._wanted_triggers(i_queue_name, i_table_name, i_trg_args, i_dest_table, i_node_type): the two triggers a table shall have, SKIP aside.
--
-- Arguments as create_trigger takes them. flags: the letters of the last tgflags=, as given but in upper case. is_skip: the row trigger has to SKIP, by argument SKIP in
-- row_args where no other trigger does. row_type, truncate_type: pg_trigger.tgtype.
-- Called by: create_trigger, check_tables.
create or replace function londiste._wanted_triggers(
    in i_queue_name text, in i_table_name text, in i_trg_args text[], in i_dest_table text, in i_node_type text,
    out flags text, out is_skip boolean, out row_name name, out row_func text, out row_type int2, out row_args text[],
    out truncate_name name, out truncate_func text, out truncate_type int2, out truncate_args text[])
returns record as $$
declare
    queue_table text := londiste.make_fqname(i_table_name);
    dest_table  text := coalesce(londiste.make_fqname(i_dest_table), londiste.make_fqname(i_table_name));
    is_leaf     boolean := i_node_type = 'leaf';
    arg         text;
begin
    flags := 'AIUDL';
    is_skip := false;
    row_args := array[i_queue_name];
    foreach arg in array coalesce(i_trg_args, '{}') loop
        if arg in ('skip', 'SKIP') then
            is_skip := true;
        elsif starts_with(lower(arg), 'tgflags=') then
            flags := upper(substr(arg, 9));
        elsif arg not in ('expect_sync', 'skip_truncate', 'merge_all', 'no_merge') then
            row_args := array_append(row_args, arg);
        end if;
    end loop;
    is_skip := is_skip or flags ~ 'S';
    if is_leaf then
        row_args := array_append(row_args, 'deny');
    end if;
    if dest_table <> queue_table and not exists (select 1 from unnest(row_args[2:]) a where starts_with(a, 'ev_extra1=')) then
        row_args := array_append(row_args, 'ev_extra1=' || quote_literal(queue_table));
    end if;

    -- The server cuts names at 63 bytes: both names of a long queue would be the same.
    row_name := '_londiste_' || i_queue_name;
    truncate_name := '_londiste_' || i_queue_name || '_truncate';
    if truncate_name = row_name then
        truncate_name := '_londiste_' || md5(i_queue_name) || '_truncate';
    end if;

    row_func := case when flags ~ 'J' then 'pgq.jsontriga()'
                     when flags ~ 'Q' and flags !~ 'L' then 'pgq.sqltriga()'
                     else 'pgq.logutriga()' end;
    -- Bits of tgtype: 1 row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate.
    select 1 + case when flags ~ 'B' and flags !~ 'A' then 2 else 0 end + sum(e.bit) into row_type
        from (values ('I', 4), ('D', 8), ('U', 16)) e (letter, bit)
        where strpos(flags, e.letter) > 0 or flags !~ '[IUD]';

    truncate_type := 32;
    if is_leaf then
        truncate_func := 'pgq.sqltriga()';
        truncate_args := array[i_queue_name, 'deny'];
    elsif dest_table <> queue_table then
        truncate_func := 'londiste.truncate_trigger()';
        truncate_args := array[i_queue_name, queue_table];
    else
        truncate_func := 'pgq.sqltriga()';
        truncate_args := array[i_queue_name];
    end if;
end;
$$ language plpgsql stable set search_path = pg_catalog, pg_temp;
