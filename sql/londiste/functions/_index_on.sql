-- londiste._index_on(i_definition, i_def, i_table): the definition of an index, as pg_get_indexdef gives it, for a table of another name.
-- i_def: what describe_table says of the table; i_table: how a statement names the other one. Without ONLY, which all of a partitioned table have: with it they would have no
-- part in any partition. Called by: _part_difference.
create or replace function londiste._index_on(i_definition text, i_def jsonb, i_table text)
returns text as $$
    -- Only the first: an expression or predicate may hold the same words.
    select case when f.at > 0 then substr(i_definition, 1, f.at - 1) || ' ON ' || i_table || substr(i_definition, f.at + length(f.found) - length(' USING ')) else i_definition end
    from (select w.found, strpos(i_definition, w.found) as at
          from (values (' ON '), (' ON ONLY ')) o (before)
          cross join lateral (values (format('%s%I.%I USING ', o.before, i_def ->> 'schema', i_def ->> 'name'))) w (found)
          order by nullif(strpos(i_definition, w.found), 0)
          limit 1) f;
$$ language sql immutable set search_path = pg_catalog, pg_temp;
