# Sourced after tests/install/server.sh with `build` set: a server, started, that offers SkyTools' extensions for PostgreSQL 15, then, after offer_ours, our own.
# Needs Debian's packages of SkyTools: exits with status 77 (skipped) when they cannot be had.
packages=$(tests/support/fetch-upstream "$build" postgresql-15-pgq3 postgresql-15-pgq-node postgresql-15-londiste-sql) || exit 77
PGBIN=/usr/lib/postgresql/15/bin
[ -x $PGBIN/initdb ] || { echo "$0: skipped, the packages are for PostgreSQL 15, which is not here"; exit 77; }
bin=$(PGBIN=$PGBIN tests/support/make-server-tree "$build" "$root")

extensions=$root/usr/share/postgresql/15/extension
modules=$root/usr/lib/postgresql/15/lib
mkdir "$scratch/ours"
mv "$extensions"/pgq* "$extensions"/londiste* "$modules"/*pgq*.so "$scratch/ours/"
cp -a "$packages/usr/share/postgresql/15/extension/." "$extensions/"
cp -a "$packages"/usr/lib/postgresql/15/lib/*.so "$modules/"
make_cluster s
start_server s

offer_ours() {
    rm -f "$extensions"/pgq* "$extensions"/londiste* "$modules"/*pgq*.so
    cp -a "$scratch"/ours/*.so "$modules/"
    cp -a "$scratch"/ours/*.sql "$scratch"/ours/*.control "$extensions/"
}

# catalog DATABASE: what the schemas pgq, pgq_node and londiste consist of, but for the tables of queues, owners, and what was granted to role app.
catalog() {
    sql "$1" <<'SQL'
create function pg_temp.acl(aclitem[]) returns text as $$
    select string_agg(x, ' ' order by x) from (select coalesce(rolname, 'public') || '=' || privilege_type as x
        from aclexplode($1) left join pg_roles r on r.oid = grantee where grantee <> grantor and rolname is distinct from 'app') x
$$ language sql;
select p.oid::regprocedure::text, pg_get_function_result(p.oid), pg_get_function_arguments(p.oid), prosecdef, provolatile, proconfig, md5(prosrc), probin,
    pg_temp.acl(coalesce(proacl, acldefault('f', proowner))), exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')
from pg_proc p where pronamespace::regnamespace::text in ('pgq', 'pgq_node', 'londiste')
order by 1;
select c.relname, pg_temp.acl(relacl), a.attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)
from pg_class c join pg_attribute a on attrelid = c.oid left join pg_attrdef on adrelid = c.oid and adnum = attnum
where relnamespace::regnamespace::text in ('pgq', 'pgq_node', 'londiste') and relkind in ('r', 'S') and attnum > 0 and not attisdropped and relname !~ '^event_[0-9]'
order by 1, 3;
-- The names of foreign keys differ between majors of PostgreSQL.
select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint
where connamespace::regnamespace::text in ('pgq', 'pgq_node', 'londiste') order by 1, 2;
select tgrelid::regclass::text, tgname, tgenabled from pg_trigger t join pg_class c on c.oid = tgrelid
where relnamespace::regnamespace::text in ('pgq', 'pgq_node', 'londiste') and not tgisinternal order by 1, 2;
SQL
}

before() { [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# Prints the SQL that takes from the newest version what the given versions of pgq, pgq_node and londiste do not have.
make_older() {
    if before "$1" 3.3; then cat <<'SQL'; fi
alter extension pgq drop function pgq.jsontriga();
drop function pgq.jsontriga();
SQL
    if before "$2" 3.3; then cat <<'SQL'; fi
alter extension pgq_node drop function pgq_node.get_node_info(text);
alter function pgq_node.get_node_info(text) set schema public;
create function pgq_node.get_node_info(in i_queue_name text, out ret_code int4, out ret_note text, out node_type text, out node_name text, out global_watermark int8,
    out local_watermark int8, out provider_node text, out provider_location text, out combined_queue text, out combined_type text, out worker_name text,
    out worker_paused bool, out worker_uptodate bool, out worker_last_tick int8, out node_attrs text) as '
    select ret_code, ret_note, node_type, node_name, global_watermark, local_watermark, provider_node, provider_location, combined_queue, combined_type, worker_name,
        worker_paused, worker_uptodate, worker_last_tick, node_attrs from public.get_node_info(i_queue_name)' language sql security definer;
alter extension pgq_node add function pgq_node.get_node_info(text);
SQL
    if before "$3" 3.5; then cat <<'SQL'; fi
alter extension londiste drop function londiste.set_session_replication_role(text, boolean);
drop function londiste.set_session_replication_role(text, boolean);
SQL
    if before "$3" 3.7; then cat <<'SQL'; fi
alter extension londiste drop function londiste.restore_table_fkey(text, text, boolean);
drop function londiste.restore_table_fkey(text, text, boolean);
create function londiste.restore_table_fkey(i_from_table text, i_fkey_name text) returns int4 as 'select 0' language sql;
alter extension londiste add function londiste.restore_table_fkey(text, text);
SQL
    printf "update pg_extension set extversion = '%s' where extname = '%s';\n" "$1" pgq "$2" pgq_node "$3" londiste
}
