-- londiste._part_oids(i_structure): the oids of the indexes and constraints in what _structure_of gave. Called by: _note_structure, _follow_ddl.
create or replace function londiste._part_oids(i_structure jsonb)
returns oid[] as $$
    select array(select p.key::oid from jsonb_to_recordset(i_structure) p (kind text, key text) where p.kind in ('constraint', 'index'));
$$ language sql immutable set search_path = pg_catalog, pg_temp;
