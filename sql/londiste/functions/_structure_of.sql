-- londiste._structure_of(i_table): what structure_difference looks at, as it takes it. Called by: _note_structure, _follow_ddl.
create or replace function londiste._structure_of(i_table oid)
returns jsonb as $$
    select jsonb_agg(d) from londiste.describe_table(i_table) d where d.kind in ('table', 'column', 'constraint', 'index');
$$ language sql strict stable set search_path = pg_catalog, pg_temp set datestyle = 'ISO' set intervalstyle = 'postgres' set extra_float_digits = 1 set bytea_output = 'hex';
