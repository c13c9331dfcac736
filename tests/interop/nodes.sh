# Sourced by tests in the repository's root with `build` set: a server with databases of each kind of schema, programs of both sides, nodes of either.
# Ends the test with exit status 77 (skipped) when Debian's packages of SkyTools, or what its programs need, cannot be had.
. tests/install/server.sh
. tests/interop/programs.sh
packages=$(tests/support/fetch-upstream "$build" python3-londiste python3-pgq python3-skytools pgqd libevent-2.1-7) || exit 77
for module in psycopg2 yaml; do
    /usr/bin/python3 -c "import $module" 2>/dev/null || { echo "interop: skipped, no $module for /usr/bin/python3 (Debian: python3-psycopg2, python3-yaml)"; exit 77; }
done
LD_LIBRARY_PATH=$packages/usr/lib/$(uname -m)-linux-gnu "$packages/usr/bin/pgqd" -V >/dev/null 2>&1 || { echo "interop: skipped, SkyTools' pgqd does not run here"; exit 77; }
. tests/install/skytools.sh
# Beside SkyTools' extensions ours are installed from the plain scripts, with our module under its own name.
cp -a "$scratch"/ours/skytools_pgq.so "$modules/"
chmod 777 "$scratch"
stop_daemons() {
    local file
    for file in "$scratch"/*.pid*; do [ ! -s "$file" ] || kill "$(cat "$file")" 2>/dev/null || true; done
}
trap 'stop_daemons; stop_programs; cleanup' EXIT

# The programs of both sides under their common names: $programs_of/theirs, $programs_of/ours.
programs_of=$scratch/programs
mkdir -p "$programs_of/theirs" "$programs_of/ours"
ln -s "$build/bin/londiste" "$build/bin/pgqd" "$programs_of/ours/"
cat >"$programs_of/theirs/londiste" <<SH
#!/bin/sh
PYTHONPATH=$packages/usr/lib/python3/dist-packages exec /usr/bin/python3 $packages/usr/bin/londiste "\$@"
SH
cat >"$programs_of/theirs/pgqd" <<SH
#!/bin/sh
LD_LIBRARY_PATH=$packages/usr/lib/$(uname -m)-linux-gnu exec $packages/usr/bin/pgqd "\$@"
SH
chmod +x "$programs_of"/theirs/*

# A database of each kind of schema: SkyTools' extensions; its plain scripts, with triggers in PL/pgSQL; its extensions as of the oldest versions; ours.
tables='create table t (id int primary key, v text, d timestamptz default now());
create table u (a int, b text, "note d" text, primary key (a, b));
create sequence s;'
for schema in theirs plain; do echo "create database $schema" | sql postgres; done
echo 'create extension londiste cascade' | sql theirs
for script in pgq_pl_only pgq_node londiste; do sql plain <"$packages/usr/share/postgresql/15/contrib/$script.sql" >/dev/null; done
echo 'create database old template theirs' | sql postgres
make_older 3.2 3.2 3.2 | sql old
echo 'create database ours' | sql postgres
for script in pgq pgq_node londiste; do sql ours <"$root/usr/share/skytools/$script.sql" >/dev/null; done
for schema in theirs plain old ours; do echo "$tables" | sql $schema; done

connstr() { echo "host=$scratch/s dbname=$1 user=postgres"; }
# run SIDE NODE COMMAND...: by SkyTools' or our londiste; its output is shown when it fails.
run() {
    local side=$1 node=$2
    shift 2
    "$programs_of/$side/londiste" "$scratch/$node.ini" "$@" >"$scratch/command.out" 2>&1 || { cat "$scratch/command.out"; fail "$side: londiste $node.ini $*"; }
}
worker() { start_program "$2" "$programs_of/$1/londiste" "$scratch/$2.ini" worker; }
# write_ini NODE QUEUE: the node's INI file.
write_ini() {
    printf '[londiste]\njob_name = %s\ndb = %s\nqueue_name = %s\nlogfile = %s\npidfile = %s\nloop_delay = 0.2\nexception_sleep = 1\nparallel_copies = 2\n' \
        "$1" "$(connstr "$1")" "$2" "$scratch/$1.log" "$scratch/$1.pid" >"$scratch/$1.ini"
}
# databases SCHEMA NAME...: of a node each. Before its ticker: SkyTools' pgqd looks again for a database that is not there after a minute.
databases() {
    local schema=$1 name
    shift
    for name in "$@"; do echo "create database $name template $schema" | sql postgres; done
}
# node NAME SIDE TYPE [PROVIDER]: a node with both tables and the sequence, its worker running. The queue is named for the first letter.
node() {
    local name=$1 side=$2 type=$3 provider=()
    [ $# = 3 ] || provider=(--provider="$(connstr "$4")")
    write_ini "$name" "q${name%%[0-9]*}"
    run "$side" "$name" "create-$type" "$name" "$(connstr "$name")" "${provider[@]}"
    if [ "$type" = root ]; then
        # Ticks often, also while nothing happens: SkyTools' copies wait for them.
        echo "select pgq.set_queue_config(queue_name, 'ticker_max_lag', '0.2 s'), pgq.set_queue_config(queue_name, 'ticker_idle_period', '0.5 s') from pgq.queue" | sql "$name" >/dev/null
    fi
    run "$side" "$name" add-table t u
    run "$side" "$name" add-seq s
    worker "$side" "$name"
}
# ticker SIDE NAME DATABASE...
ticker() {
    local side=$1 name=$2
    shift 2
    printf '[pgqd]\nbase_connstr = host=%s user=postgres\ndatabase_list = %s\nlogfile = %s\npidfile = %s\ncheck_period = 1\nretry_period = 1\nmaint_period = 5\nticker_period = 0.2\n' \
        "$scratch/s" "$(IFS=,; echo "$*")" "$scratch/$name.log" "$scratch/$name.pid" >"$scratch/$name.ini"
    start_program "$name" "$programs_of/$side/pgqd" "$scratch/$name.ini"
}
round=0
# change ROOT: new rows, changed ones, rows that are gone, a table that was emptied.
change() {
    round=$((round + 1))
    sql "$1" >/dev/null <<SQL
insert into t select $round * 1000 + g, 'round $round' from generate_series(1, 100) g;
update t set v = v || ', changed in round $round', d = null where id % 3 = 0;
delete from t where id % 7 = $round % 7;
begin;
truncate u;
insert into u select g, 'b' || $round, nullif(g % 4, 0) || E'\\\\ "\\'\\t' from generate_series(1, 10) g;
commit;
update u set "note d" = 'x' where a > 8;
select nextval('s');
SQL
}
content() {
    sql "$1" <<'SQL'
select md5(string_agg(x, ',' order by x)) from (select t::text as x from t union all select u::text from u) both_tables;
SQL
}
in_sync() { [ "$(echo "select count(*) from londiste.table_info where local and merge_state = 'ok'" | sql "$1")" = 2 ]; }
# follow ROOT NODE...: what is written on the root now comes to all the others.
follow() {
    local from=$1 name
    shift
    change "$from"
    for name in "$@"; do
        wait_until "$name to be in sync" 60 "in_sync $name"
        wait_until "$name to equal $from" 60 "[ \"\$(content $name)\" = \"\$(content $from)\" ]"
    done
}
# Where the root is SkyTools' and has taken over, it publishes its sequences within two minutes: not waited for here.
sequences() {
    local from=$1 name
    shift
    for name in "$@"; do
        wait_until "sequence of $name not to be behind that of $from" 60 "[ \$(echo 'select last_value from s' | sql $name) -ge \$(echo 'select last_value from s' | sql $from) ]"
    done
}
# is NODE TYPE PROVIDER
is() {
    echo "select node_type, provider_node, worker_paused from pgq_node.get_node_info((select queue_name from pgq_node.node_info))" | sql "$1" | expect "node $1" "$2|$3|f"
}
# Nobody has two subscriptions, or none.
subscriptions() {
    local name
    for name in "$@"; do
        echo "select subscriber_node from pgq_node.subscriber_info" | sql "$name"
    done | sort | uniq -d | expect "nodes that are subscribed twice" ''
}
# SkyTools' commands, and statements typed by hand, wake nobody: our workers see it all the same.
notices_pauses() {
    local name paused
    for name in "$@"; do
        for paused in true false; do
            echo "select ret_code from pgq_node.local_state s, pgq_node.set_consumer_paused(s.queue_name, s.consumer_name, $paused)" | sql "$name" | expect "pause of $name" 200
            wait_until "the worker of $name to answer" 8 "[ \"\$(echo 'select uptodate from pgq_node.local_state' | sql $name)\" = t ]"
        done
    done
}
no_errors() {
    ! grep -E 'ERROR|was terminated|PANIC' "$scratch/s/log" | grep -vE 'canceling statement|terminating connection' || fail "errors in the server's log"
}
