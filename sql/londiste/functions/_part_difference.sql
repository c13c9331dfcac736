-- londiste._part_difference(i_kind, i_old_name, i_old, i_new_name, i_new, i_is_same, i_table, i_here, i_there): how a constraint or an index differs from the one that it
-- should be like. NULL: there is none. i_kind, i_old, i_new: of describe_table; i_is_same: both are one object, whose definition says other names when columns are renamed;
-- i_table: how statements name the table; i_here, i_there: what describe_table says of the tables.
-- Columns of the result as in structure_difference, which calls this.
create or replace function londiste._part_difference(
    in i_kind text, in i_old_name text, in i_old jsonb, in i_new_name text, in i_new jsonb, in i_is_same boolean,
    in i_table text, in i_here jsonb, in i_there jsonb,
    out nr integer, out severity text, out message text, out statement text)
returns setof record as $$
#variable_conflict use_column
declare
    alter_table constant text := 'alter table ' || i_table || ' ';
    is_index    constant boolean := i_kind = 'index';
    what        constant text := case coalesce(i_new, i_old) ->> 'type'
        when 'p' then 'primary key' when 'u' then 'unique constraint' when 'c' then 'check constraint' when 'x' then 'exclusion constraint'
        when 'f' then 'foreign key' else case when coalesce(i_new, i_old) ->> 'unique' is null then 'index' else 'unique index' end end;
    -- Rows that the wanted table takes may be refused; foreign keys are not asked while changes are applied.
    may_refuse  constant boolean := what not in ('foreign key', 'index');
    definition  text := i_new ->> 'definition';
    old_def     text := i_old ->> 'definition';
    -- Where a tag stands for the table, only the node that replaces it knows.
    schema      constant text := case when strpos(i_table, '@') = 0 then i_here ->> 'schema' end;
    same        boolean;
    drop_it     text;
    comment_it  text;
    -- Of the index that a constraint stands on, which has the constraint's name.
    comment_index   constant text := londiste._index_statement(i_table, schema, 'comment on index ', i_new_name, ' is ' || quote_nullable(i_new ->> 'index_comment'));
begin
    if is_index then
        definition := londiste._index_on(definition, i_there, i_table);
        old_def := londiste._index_on(old_def, i_here, i_table);
        drop_it := londiste._index_statement(i_table, schema, 'drop index ', i_old_name, '');
        comment_it := londiste._index_statement(i_table, schema, 'comment on index ', i_new_name, ' is ' || quote_nullable(i_new ->> 'comment'));
    else
        drop_it := alter_table || 'drop constraint ' || quote_ident(i_old_name);
        comment_it := 'comment on constraint ' || quote_ident(i_new_name) || ' on ' || i_table || ' is ' || quote_nullable(i_new ->> 'comment');
    end if;

    if i_new_name is null then
        return query select case when is_index then 20 when what = 'foreign key' then 10 else 11 end, case when may_refuse then 'warning' else 'notice' end,
                            format('%s "%s" is only here: %s', what, i_old_name, old_def)
                                || case when may_refuse then '; a row that does not fit stops the worker' else '' end,
                            drop_it;
        return;
    end if;
    same := i_is_same and what <> 'foreign key' or case when is_index then replace(old_def, quote_ident(i_old_name), quote_ident(i_new_name)) else old_def end = definition;
    if i_old_name is not null and same then
        return query
            select d.nr, 'notice', d.message, d.statement
            from (values
                (31, format('%s "%s" is called "%s" here', what, i_new_name, i_old_name),
                    case when is_index then londiste._index_statement(i_table, schema, 'alter index ', i_old_name, ' rename to ' || quote_ident(i_new_name))
                         else alter_table || 'rename constraint ' || quote_ident(i_old_name) || ' to ' || quote_ident(i_new_name) end,
                    i_old_name <> i_new_name),
                (80, format('%s "%s" is not validated here', what, i_new_name), alter_table || 'validate constraint ' || quote_ident(i_new_name),
                    i_old ->> 'not_valid' is not null and i_new ->> 'not_valid' is null),
                (92, format('the comment on %s "%s" is another one', what, i_new_name),
                    comment_it,
                    i_old ->> 'comment' is distinct from i_new ->> 'comment'),
                (93, format('the comment on the index of %s "%s" is another one', what, i_new_name), comment_index,
                    i_old ->> 'index_comment' is distinct from i_new ->> 'index_comment')
            ) d (nr, message, statement, differs)
            where d.differs;
        return;
    end if;
    -- Its validation is a change of its definition, too.
    if i_old_name is not null and not is_index and old_def = definition || ' NOT VALID' then
        return query select 80, 'notice', format('%s "%s" is not validated here', what, i_new_name), alter_table || 'validate constraint ' || quote_ident(i_new_name);
        return;
    end if;
    return query
        select d.nr, d.severity, d.message, d.statement
        from (values
            (case when is_index then 20 when what = 'foreign key' then 10 else 11 end, 'warning',
                format('%s "%s" is another one here: %s', what, i_new_name, old_def), drop_it, i_old_name is not null),
            (case when is_index then 75 when what = 'foreign key' then 76 else 70 end, case when what = 'primary key' then 'error' else 'notice' end,
                format('%s "%s" is missing here: %s', what, i_new_name, definition),
                case when is_index then definition else alter_table || 'add constraint ' || quote_ident(i_new_name) || ' ' || definition end, true),
            (92, 'notice', format('the comment on %s "%s" is missing here', what, i_new_name),
                comment_it,
                i_new ->> 'comment' is not null),
            (93, 'notice', format('the comment on the index of %s "%s" is missing here', what, i_new_name), comment_index, i_new ->> 'index_comment' is not null)
        ) d (nr, severity, message, statement, differs)
        where d.differs;
end;
$$ language plpgsql immutable set search_path = pg_catalog, pg_temp;
