-- londiste._fkey_script(i_tag, i_before, i_after): the part of a script that brings the foreign keys of a table that came or went. NULL: none did.
-- i_tag: stands for the table; i_before, i_after: of _structure_of.
--
-- Each node makes a foreign key as it does after a copy, from pending_fkeys: when both tables are in sync there, if it has both. Runs with the worker's rights: a foreign key
-- evaluates nothing that its maker wrote. One that is validated or altered is made anew. Its comment is left out.
-- Called by: _ddl_script.
create or replace function londiste._fkey_script(i_tag text, i_before jsonb, i_after jsonb)
returns text as $$
    with had as (
        select f.name, f.def ->> 'definition' as definition
        from jsonb_to_recordset(i_before) f (kind text, name text, def jsonb) where f.kind = 'constraint' and f.def ->> 'type' = 'f'
    ), has as (
        select f.name, f.def ->> 'definition' as definition, f.def ->> 'references' as to_table
        from jsonb_to_recordset(i_after) f (kind text, name text, def jsonb) where f.kind = 'constraint' and f.def ->> 'type' = 'f'
    )
    select string_agg(w.sql || E';\n', '' order by w.nr, w.name)
    from (select 1, had.name,
                 format('delete from londiste.pending_fkeys p using pg_catalog.pg_class c, pg_catalog.pg_namespace n where n.oid = c.relnamespace and c.oid = '
                        '$name$%s$name$::pg_catalog.regclass and p.from_table = n.nspname || ''.'' || c.relname and p.fkey_name = %L; '
                        'alter table %s drop constraint if exists %I', i_tag, had.name, i_tag, had.name)
          from had
          where not exists (select 1 from has where has.name = had.name and has.definition = had.definition)
          union all
          select 2, has.name,
                 format('insert into londiste.pending_fkeys (from_table, to_table, fkey_name, fkey_def) select n.nspname || ''.'' || c.relname, %L, %L, '
                        'pg_catalog.format(''alter table %%s%%I.%%I add constraint %%I %%s'', case when c.relkind = ''p'' then '''' else ''only '' end, n.nspname, c.relname, %L, %L) '
                        'from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = $name$%s$name$::pg_catalog.regclass '
                        'on conflict on constraint pending_fkeys_pkey do update set to_table = excluded.to_table, fkey_def = excluded.fkey_def',
                        has.to_table, has.name, has.name, has.definition, i_tag)
          from has
          where not exists (select 1 from had where had.name = has.name and has.definition = had.definition)) w (nr, name, sql);
$$ language sql immutable set search_path = pg_catalog, pg_temp;
