-- londiste._renamed_expression(i_had, i_has, i_old, i_new): the expression of a generated column before a command, in the words that it has behind it, where the command has only renamed
-- what it reads. i_had, i_has: the table's structure before and behind; i_old, i_new: the expressions, which differ. Called by: structure_difference.
--
-- Before PostgreSQL 17 an expression cannot be changed at all: other words are other names.
create or replace function londiste._renamed_expression(i_had jsonb, i_has jsonb, i_old text, i_new text)
returns text as $$
    with renamed as materialized (
        select h.name as old_name, w.name as new_name
        from jsonb_to_recordset(i_had) h (kind text, name text, key text)
        join jsonb_to_recordset(i_has) w (kind text, name text, key text) on w.kind = h.kind and w.key = h.key
        where h.kind = 'column' and h.name <> w.name
    ), old_words as (
        select array_agg(row(t.kind in ('word', 'name'), coalesce(r.new_name, t.token))::text order by t.nr) as words
        from londiste._sql_tokens(i_old) t
        left join renamed r on r.old_name = t.token and t.kind in ('word', 'name')
    ), new_words as (
        select array_agg(row(t.kind in ('word', 'name'), t.token)::text order by t.nr) as words
        from londiste._sql_tokens(i_new) t
    )
    select case when current_setting('server_version_num')::integer < 170000 or o.words = n.words then i_new else i_old end
    from old_words o, new_words n;
$$ language sql stable set search_path = pg_catalog, pg_temp;
