-- ----------------------------------------------------------------------
-- pgq._trigger_context(tg_relid, tg_name, tg_schema, tg_table, tg_op, tg_when, tg_level, tg_argv)
--
--     First half of a change-capture trigger, the same for every row: checks
--     how the trigger was made, takes its arguments apart, and reads from the
--     catalog what the columns and the key of the table are.
--
--     Reads the catalog for every call. A cache would have to live where the
--     session's user can write, and what it says decides whether his changes
--     are recorded.
--
-- Parameters:
--     tg_...    - the variables of the trigger function
-- Result (OUT parameters):
--     queue     - name of the queue
--     skip      - suppress the row operation
--     backup    - put the old row of an UPDATE into ev_extra2
--     exprs     - arguments ev_type=, ev_data=, ev_extra1= .. ev_extra4=, when=
--                 in this order; NULL when there are none
--     tbl       - array of schema and table name, for ev_extra1: of the table
--                 that the trigger was made on, when it was inherited by a partition
--     names     - live columns, in order
--     types     - their types
--     kinds     - what is known of each type:
--                   n  smallint, integer, bigint     t  boolean
--                   u  uuid, oid                     x  bytea
--                   d  date      s  timestamp        z  timestamptz
--                   i  other types that are equal only when their text is
--                   o  other built-in types
--                   e  types whose text may depend on search_path or lc_monetary,
--                      and all that are not built in
--     hidden    - for each column whether the row does without it: magic,
--                 listed in ignore=, or "generated" and not part of the key.
--                 NULL when that is none
--     generated - for each column whether it is generated and has no value in
--                 the rows of this trigger: virtual ones, and in a BEFORE
--                 trigger stored ones as well; NULL when that is none
--     ignored   - for each column whether ignore= lists it; NULL without ignore=
--     magic     - there are columns _pgq_ev_*
--     keys      - positions of the key columns in names, in the order of the
--                 primary key or of pkey=
--     ordinary  - the row's plain text is good as it is: no column of kind
--                 "e", and the session's settings are those of pgq._row_text
--     frozen    - the transaction has one snapshot; see pgq._row_check
-- Errors:
--     those of the trigger arguments, of missing keys, and of "deny"
-- Called by:
--     pgq.logutriga, pgq.sqltriga, pgq.jsontriga
-- ----------------------------------------------------------------------
create or replace function pgq._trigger_context(
    tg_relid oid, tg_name name, tg_schema name, tg_table name,
    tg_op text, tg_when text, tg_level text, tg_argv text[],
    out queue text, out skip boolean, out backup boolean, out exprs text[],
    out tbl text[], out names text[], out types oid[], out kinds text[],
    out hidden boolean[], out generated boolean[], out ignored boolean[],
    out magic boolean, out keys integer[], out ordinary boolean, out frozen boolean)
language plpgsql
-- In a small database the planner likes to read the whole of pg_index for each row.
set enable_seqscan = 'off'
set search_path = pg_catalog, pg_temp
as $$
declare
    arg text;
    deny boolean := false;
    ignore_list text[];
    pkey_list text[];
    attnums smallint[];
    is_generated boolean[];
    any_generated boolean;
    indkey int2vector;
    n_keys integer;
    parent oid;
    col text;
    k integer;
begin
    if tg_op = 'TRUNCATE' then
        if tg_level <> 'STATEMENT' then
            raise exception 'pgq tRuncate trigger must be fired FOR EACH STATEMENT';
        end if;
    elsif tg_level <> 'ROW' then
        raise exception 'pgq Ins/Upd/Del trigger must be fired FOR EACH ROW';
    end if;

    queue := tg_argv[0];
    if queue is null then
        raise exception 'pgq trigger must have destination queue as argument';
    end if;

    skip := false;
    backup := false;
    for k in 1 .. array_upper(tg_argv, 1) loop
        arg := tg_argv[k];
        if arg = 'SKIP' then
            skip := true;
        elsif arg = 'backup' then
            backup := true;
        elsif arg = 'deny' then
            deny := true;
        elsif starts_with(arg, 'ignore=') then
            ignore_list := regexp_split_to_array(substr(arg, 8), E'[,\\s]+');
        elsif starts_with(arg, 'pkey=') then
            pkey_list := array_remove(regexp_split_to_array(substr(arg, 6), E'[,\\s]+'), '');
        else
            exprs := coalesce(exprs, array_fill(null::text, array[7]));
            if starts_with(arg, 'ev_type=') then
                exprs[1] := substr(arg, 9);
            elsif starts_with(arg, 'ev_data=') then
                exprs[2] := substr(arg, 9);
            elsif starts_with(arg, 'ev_extra1=') then
                exprs[3] := substr(arg, 11);
            elsif starts_with(arg, 'ev_extra2=') then
                exprs[4] := substr(arg, 11);
            elsif starts_with(arg, 'ev_extra3=') then
                exprs[5] := substr(arg, 11);
            elsif starts_with(arg, 'ev_extra4=') then
                exprs[6] := substr(arg, 11);
            elsif starts_with(arg, 'when=') then
                exprs[7] := substr(arg, 6);
            else
                raise exception 'bad param to pgq trigger';
            end if;
        end if;
    end loop;

    if tg_op = 'TRUNCATE' then
        if ignore_list is not null then
            raise exception 'Column ignore does not make sense for truncate trigger';
        end if;
        if pkey_list is not null then
            raise exception 'Custom pkey_list does not make sense for truncate trigger';
        end if;
        if backup then
            raise exception 'Backup does not make sense for truncate trigger';
        end if;
        if exprs is not null then
            raise exception 'Custom expressions do not make sense for truncater trigger';
        end if;
    end if;

    select array_agg(a.attname), array_agg(a.atttypid), array_agg(a.attnum),
           array_agg(case
               when a.atttypid in (21, 23, 20) then 'n'
               when a.atttypid in (25, 1043) then
                   -- not so with a collation of the user's: it may be nondeterministic
                   case when a.attcollation in (100, 950) then 'i' else 'o' end
               when a.atttypid = 1114 then 's'
               when a.atttypid = 1184 then 'z'
               when a.atttypid = 1082 then 'd'
               when a.atttypid = 16 then 't'
               when a.atttypid = 17 then 'x'
               when a.atttypid in (2950, 26) then 'u'
               -- "char", name, time
               when a.atttypid in (18, 19, 1083) then 'i'
               -- numeric, float4, float8, json, jsonb, char(n), interval, timetz,
               -- xml, bit, varbit, inet, cidr, macaddr, macaddr8, geometry,
               -- tsvector, tsquery, pg_lsn, jsonpath, txid_snapshot, xid, xid8
               when a.atttypid in (1700, 700, 701, 114, 3802, 1042, 1186, 1266,
                       142, 1560, 1562, 869, 650, 829, 774, 600, 601, 602, 603, 604, 628, 718,
                       3614, 3615, 3220, 4072, 2970, 28, 5069,
                       -- arrays of these and of those above
                       1005, 1007, 1016, 1009, 1015, 1115, 1185, 1182, 1000, 1001, 2951, 1028,
                       1002, 1003, 1183, 1231, 1021, 1022, 199, 3807, 1014, 1187, 1270,
                       143, 1561, 1563, 1041, 651, 1040, 775, 1017, 1018, 1019, 1020, 1027, 629, 719,
                       3643, 3645, 3221, 4073, 2949, 1011, 271,
                       -- ranges and their arrays
                       3904, 3905, 3906, 3907, 3908, 3909, 3910, 3911, 3912, 3913, 3926, 3927) then 'o'
               else 'e'
           end),
           array_agg(a.uncomputed), bool_or(a.uncomputed),
           bool_or(starts_with(a.attname, '_pgq_ev_'))
    into names, types, attnums, kinds, is_generated, any_generated, magic
    from (select *, attgenerated <> '' and (attgenerated <> 's' or tg_when = 'BEFORE') as uncomputed
          from pg_catalog.pg_attribute
          where attrelid = $1 and attnum > 0 and not attisdropped
          order by attnum) a;
    if names is null then
        names := '{}';
        types := '{}';
        kinds := '{}';
        magic := false;
    end if;

    keys := '{}';
    if pkey_list is not null then
        foreach col in array pkey_list loop
            k := array_position(names, col);
            if k is not null and k <> all (keys) then
                keys := array_append(keys, k);
            end if;
        end loop;
    else
        select i.indkey, i.indnkeyatts into indkey, n_keys
        from pg_catalog.pg_index i
        where i.indrelid = $1 and i.indisprimary;
        for k in 0 .. coalesce(n_keys, 0) - 1 loop
            keys := array_append(keys, array_position(attnums, indkey[k]));
        end loop;
    end if;

    tbl := array[tg_schema, tg_table];
    if pg_partition_root($1) <> $1 then
        -- Subscribers know the table that the trigger was made on.
        select t.tgparentid into parent
        from pg_catalog.pg_trigger t
        where t.tgrelid = $1 and t.tgname = tg_name;
        while parent <> 0 loop
            select t.tgparentid, array[n.nspname, c.relname]
            into parent, tbl
            from pg_catalog.pg_trigger t
            join pg_catalog.pg_class c on c.oid = t.tgrelid
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where t.oid = parent;
        end loop;
    end if;

    if tg_op in ('UPDATE', 'DELETE') and keys = '{}' then
        raise exception 'Update/Delete on table without pkey';
    end if;
    if skip and tg_when = 'AFTER' then
        raise exception 'SKIP does not work in AFTER trigger.';
    end if;
    if deny then
        raise exception 'Table ''%.%'' to queue ''%'': change not allowed (%)',
            tbl[1], tbl[2], queue, case tg_op when 'TRUNCATE' then 'R' else left(tg_op, 1) end;
    end if;
    if tg_op = 'TRUNCATE' then
        return;
    end if;

    if magic or any_generated or ignore_list is not null then
        hidden := array_fill(false, array[cardinality(names)]);
        if any_generated then
            generated := is_generated;
        end if;
        if ignore_list is not null then
            ignored := hidden;
        end if;
        for k in 1 .. cardinality(names) loop
            col := names[k];
            if magic and starts_with(col, '_pgq_ev_') then
                if col not in ('_pgq_ev_type', '_pgq_ev_data', '_pgq_ev_extra1',
                               '_pgq_ev_extra2', '_pgq_ev_extra3', '_pgq_ev_extra4') then
                    raise exception 'Unknown magic column: %', col;
                end if;
                hidden[k] := true;
            elsif col = any (ignore_list) then
                hidden[k] := true;
                ignored[k] := true;
            elsif any_generated and is_generated[k] and k <> all (keys) then
                hidden[k] := true;
            end if;
        end loop;
    end if;

    ordinary := 'e' <> all (kinds)
        and starts_with(current_setting('DateStyle'), 'ISO')
        and current_setting('IntervalStyle') = 'postgres'
        and current_setting('extra_float_digits')::integer >= 1
        and current_setting('bytea_output') = 'hex';
    frozen := current_setting('transaction_isolation') in ('repeatable read', 'serializable');
end;
$$;
