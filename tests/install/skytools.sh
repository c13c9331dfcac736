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
