-- londiste._tree_statement(i_table, i_tag, i_kind, i_nr, i_old_name, i_name, i_type, i_statement): a statement about a table of an inheritance tree, as other nodes have to run it. Each
-- table of the tree has a script of its own, behind those of what it inherits from; there it may inherit, too, or not.
--
-- i_table                         on the root, as the command has left it; i_tag: stands for it in statements
-- i_kind, i_nr, i_name            of structure_difference; i_old_name: of before
-- i_type                          of a column
-- i_statement                     for ALTER TABLE: "alter table <i_tag> ..."
--
-- What the command did not do to all tables that inherit, or what these do by their own scripts, is done to this one only. What the script of the table above has done already, where this
-- one inherits there, is passed over, and what it inherits there from a table that is not replicated stays. Tables that are in no tree have the statement as it is.
-- Called by: _ddl_script.
create or replace function londiste._tree_statement(
    i_table oid, i_tag text, i_kind text, i_nr integer, i_old_name text, i_name text, i_type text, i_statement text)
returns text as $$
declare
    prefix      constant text := 'alter table ' || i_tag || ' ';
    inherits    constant boolean := exists (select 1 from pg_catalog.pg_inherits h join pg_catalog.pg_class c on c.oid = h.inhrelid where h.inhrelid = i_table and not c.relispartition);
    here        constant text := '$name$' || i_tag || '$name$::pg_catalog.regclass';
    col         constant text := 'exists (select from pg_catalog.pg_attribute a where a.attrelid operator(pg_catalog.=) ' || here
                                 || ' and not a.attisdropped and a.attname operator(pg_catalog.=) %L';
    cons        constant text := 'exists (select from pg_catalog.pg_constraint k where k.conrelid operator(pg_catalog.=) ' || here || ' and k.conname operator(pg_catalog.=) %L';
    inherited   constant text := ' and a.attinhcount operator(pg_catalog.>) 0';
    only_here   boolean;
    statement   text := i_statement;
    condition   text;
    mark        text := 'inherited';
begin
    if not pg_catalog.starts_with(i_statement, prefix) then
        return i_statement;
    end if;
    if i_kind = 'column' then
        select bool_or(case i_nr
                when 40 then a.attislocal or not exists (select 1 from pg_catalog.pg_attribute p where p.attrelid = i_table and p.attname = i_name and not p.attisdropped)
                when 63 then a.attnotnull <> (select p.attnotnull from pg_catalog.pg_attribute p where p.attrelid = i_table and p.attname = i_name)
                else i_nr in (60, 62) end) into only_here
            from pg_catalog.pg_inherits h
            join pg_catalog.pg_class c on c.oid = h.inhrelid and not c.relispartition
            join pg_catalog.pg_attribute a on a.attrelid = h.inhrelid and a.attname = i_name and not a.attisdropped
            where h.inhparent = i_table;
        condition := case i_nr
            when 30 then pg_catalog.format(col || ') or not ' || col || inherited || ')', i_old_name, i_name)
            when 40 then pg_catalog.format(col || ' and a.attinhcount operator(pg_catalog.=) 0)', i_name)
            when 50 then pg_catalog.format('not ' || col || inherited || ')', i_name)
            when 61 then pg_catalog.format('not ' || col || inherited || ' and a.atttypid operator(pg_catalog.=) %L::pg_catalog.regtype)', i_name, i_type)
            when 66 then pg_catalog.format(col || ' and a.attgenerated operator(pg_catalog.<>) '''')', i_name) end;
    elsif i_kind = 'constraint' then
        only_here := i_nr = 11 and exists (
            select 1 from pg_catalog.pg_inherits h
            join pg_catalog.pg_class c on c.oid = h.inhrelid and not c.relispartition
            join pg_catalog.pg_constraint k on k.conrelid = h.inhrelid and k.conname = i_name and k.contype = 'c'
            where h.inhparent = i_table);
        condition := case i_nr
            when 11 then pg_catalog.format(cons || ' and k.coninhcount operator(pg_catalog.=) 0)', i_name)
            when 31 then pg_catalog.format(cons || ') or not ' || cons || ' and k.coninhcount operator(pg_catalog.>) 0)', i_old_name, i_name)
            when 70 then pg_catalog.format('not ' || cons || ' and k.coninhcount operator(pg_catalog.>) 0)', i_name) end;
    end if;
    if only_here then
        statement := 'alter table only ' || substr(i_statement, length('alter table ') + 1);
    end if;
    if not inherits or condition is null then
        return statement;
    end if;
    while strpos(statement || condition, '$' || mark) > 0 loop
        mark := mark || '_';
    end loop;
    return pg_catalog.format('do $%1$s$ begin if %2$s then execute $%1$s_$%3$s$%1$s_$; end if; end $%1$s$', mark, condition, statement);
end;
$$ language plpgsql stable set search_path = pg_catalog, pg_temp;
