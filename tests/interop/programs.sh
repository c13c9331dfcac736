# Sourced after tests/install/server.sh: programs in the background, by name, ended with the test.
declare -A programs=()
stop_programs() {
    local name
    for name in "${!programs[@]}"; do kill "${programs[$name]}" 2>/dev/null || true; done
    for name in "${!programs[@]}"; do wait "${programs[$name]}" 2>/dev/null || true; done
    programs=()
}
kill_program() { kill -KILL "${programs[$1]}"; wait "${programs[$1]}" 2>/dev/null || true; rm -f "$scratch/$1.pid"; }
trap 'stop_programs; cleanup' EXIT
# start_program NAME COMMAND...: output to $scratch/NAME.out.
start_program() {
    local name=$1
    shift
    "$@" >>"$scratch/$name.out" 2>&1 &
    programs[$name]=$!
}
# start_pgqd PROGRAM DATABASE
start_pgqd() {
    printf '[pgqd]\nbase_connstr = host=%s user=postgres\ndatabase_list = %s\nlogfile = %s\npidfile = %s\ncheck_period = 1\nretry_period = 1\nmaint_period = 2\nstats_period = 1\n' \
        "$scratch/s" "$2" "$scratch/pgqd.log" "$scratch/pgqd.pid" >"$scratch/pgqd.ini"
    start_program pgqd "$1" "$scratch/pgqd.ini"
}
# wait_until WHAT SECONDS CONDITION: fails, with the programs' output, when it does not come true.
wait_until() {
    local i
    for ((i = 0; i < $2 * 5; i++)); do
        ! eval "$3" 2>/dev/null || return 0
        sleep 0.2
    done
    tail -n 20 "$scratch"/*.out "$scratch"/*.log || true
    fail "waited $2 s for $1"
}
