-- londiste.local_create_table(i_queue_name, i_table_name, i_owner, i_schema_owner, i_has_rows, i_types, i_structure): makes a table that is new on the root, and adds it to the queue here.
-- Its own sequences, which the root publishes since then, are replicated, too. It is in sync if it is new on all sides; it is copied if the root's had rows when it was added, or if there is such a table here, with the same structure.
--
-- i_owner, i_schema_owner  on the root; roles that are not here are passed over
-- i_types                  of _new_types_script; '' for none
-- i_structure              of _structure_of, with the rows of describe_table for its sequences, and rows of kind inherits that name the tables above on the queue
--
-- 200 Table created: t; 200 Table adopted, to be copied: t; 100 Table already added: t; 100 Table not wanted here: t; 100 Table not added, since this node hides data: t. Error: whatever keeps the node from following.
-- Locks: see local_add_table. Called by: what _follow_new_tables publishes.
create or replace function londiste.local_create_table(
    in i_queue_name text, in i_table_name text, in i_owner text, in i_schema_owner text, in i_has_rows boolean, in i_types text, in i_structure jsonb,
    out ret_code int4, out ret_note text)
as $$
declare
    rel         oid := londiste.find_table_oid(i_table_name);
    adopted     constant boolean := rel is not null;
    is_local    boolean;
    problem     text;
    added       record;
    seq         record;
begin
    -- The event londiste.add-table before this one has registered it, unless the worker's settings leave it out.
    select t.local into is_local from londiste.table_info t where t.queue_name = i_queue_name and t.table_name = i_table_name for update;
    if not found or is_local then
        select 100, case when found then 'Table already added: ' else 'Table not wanted here: ' end || i_table_name into ret_code, ret_note;
        return;
    end if;
    -- Nobody has said yet what this node may know of the new one.
    if exists (select 1 from londiste.table_info t where t.queue_name = i_queue_name and t.local and t.table_attrs ~ '(^|&)handler=obfuscate\M') then
        raise warning 'new table "%" is not added here, where handler obfuscate hides data', i_table_name
            using hint = 'Name it in the file of obfuscator_map and run add-table with --handler=obfuscate, or without it.';
        select 100, 'Table not added, since this node hides data: ' || i_table_name into ret_code, ret_note;
        return;
    end if;
    if adopted then
        select d.message into problem
            from londiste.structure_difference(londiste._structure_of(rel), i_structure, londiste.quote_fqname(i_table_name), false) d
            where d.severity = 'error'
            limit 1;
        if found then
            raise exception 'table "%" is there already, and not as on the root: %', i_table_name, problem
                using hint = 'Drop it, give it another name, or change it.';
        end if;
    else
        rel := londiste._create_table(i_queue_name, i_table_name, i_owner, i_schema_owner, i_types, i_structure);
    end if;
    select a.ret_code, a.ret_note into added
        from londiste.local_add_table(i_queue_name, i_table_name, case when adopted or i_has_rows then '{}' else '{expect_sync}' end::text[]) a;
    if added.ret_code >= 400 then
        raise exception 'table "%" cannot be added: %', i_table_name, added.ret_note;
    end if;
    for seq in
        select s.seq_name,
               exists (select 1 from pg_catalog.pg_depend o
                       where o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.objid = londiste.find_seq_oid(s.seq_name)
                           and o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.refobjid = rel and o.deptype in ('a', 'i')) as is_ours
        from jsonb_to_recordset(i_structure) d (kind text, name text, def jsonb)
        join londiste.seq_info s on s.queue_name = i_queue_name and s.seq_name = d.name and not s.local
        where d.kind = 'sequence' and (d.def ->> 'owned')::boolean
        order by s.nr
    loop
        if seq.is_ours then
            perform londiste.local_add_seq(i_queue_name, seq.seq_name);
        else
            raise warning 'sequence "%" is not replicated here, since table "%" has another one', seq.seq_name, i_table_name
                using hint = 'Give the table''s sequence that name, and run add-seq.';
        end if;
    end loop;
    select 200, case when adopted then 'Table adopted, to be copied: ' else 'Table created: ' end || i_table_name into ret_code, ret_note;
end;
$$ language plpgsql strict set search_path = pg_catalog, pg_temp;
