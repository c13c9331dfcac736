# Sourced by the tests of this folder: a private server whose programs, extensions and module are in $root, made by start_server; all is gone at the end.
root=$(mktemp -d /tmp/skt.inst.XXXXXX)/root
scratch=${root%/root}
chmod 755 "$scratch"
clusters=()
cleanup() {
    for data in "${clusters[@]}"; do unprivileged "$bin/pg_ctl" -s -D "$data" -m immediate stop 2>/dev/null || true; done
    rm -rf "$scratch"
}
trap cleanup EXIT
check() { printf 'ok    %s\n' "$1"; }
fail() { printf 'FAIL  %s\n' "$*"; exit 1; }
# expect WHAT WANTED: compares with standard input.
expect() { local got; got=$(cat); [ "$got" = "$2" ] || fail "$1: wanted
$2
got
$got"; }
unprivileged() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; else "$@"; fi; }

# make_cluster NAME: data in $scratch/NAME/data, socket in $scratch/NAME.
make_cluster() {
    mkdir "$scratch/$1"
    [ "$(id -u)" != 0 ] || chown postgres "$scratch/$1"
    tests/support/make-cluster "$bin" "$scratch/$1/data" >"$scratch/initdb.log" 2>&1 || { cat "$scratch/initdb.log"; fail initdb; }
}
start_server() {
    clusters+=("$scratch/$1/data")
    (cd /tmp && unprivileged "$bin/pg_ctl" -s -w -D "$scratch/$1/data" -l "$scratch/$1/log" \
        -o "-c listen_addresses='' -c unix_socket_directories='$scratch/$1' -c port=5432 -c fsync=off -c max_prepared_transactions=5" start)
    cluster=$1
}
stop_server() { unprivileged "$bin/pg_ctl" -s -w -D "$scratch/$1/data" -m fast stop; }
# sql DATABASE [ROLE]: runs standard input on the server started last.
sql() { PGOPTIONS='-c client_min_messages=warning' "$bin/psql" -XqtA -v ON_ERROR_STOP=1 -h "$scratch/$cluster" -U "${2:-postgres}" -d "$1"; }
