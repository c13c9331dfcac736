-- Tables of londiste. Re-runnable.

-- Tables of a queue: all that the root publishes, and how far this node is with its own.
--   table_name       name on the queue, schema.table unquoted
--   dest_table       name in this database, NULL when it is the same
--   merge_state      NULL (to be copied), in-copy, catching-up, wanna-sync:<tick>, do-sync:<tick>, ok
--   custom_snapshot  snapshot of the COPY on the node copied from: events inside are in the copy already
--   dropped_ddl      indexes and constraints to make again after the copy
--   table_attrs      urlencoded: handler, copy_node, skip_truncate, max_parallel_copy
--   trigger_args     what the triggers were made with, see create_trigger; NULL where that is not known: added by an older release or by SkyTools
create table if not exists londiste.table_info (
    nr              serial  not null,
    queue_name      text    not null,
    table_name      text    not null,
    local           boolean not null default false,
    merge_state     text,
    custom_snapshot text,
    dropped_ddl     text,
    table_attrs     text,
    dest_table      text,
    trigger_args    text[],

    constraint table_info_pkey primary key (queue_name, table_name),
    constraint table_info_queue_name_fkey foreign key (queue_name) references pgq_node.node_info (queue_name) on delete cascade,
    constraint table_info_check check (dropped_ddl is null or merge_state in ('in-copy', 'catching-up'))
);

-- Sequences of a queue. last_value is the newest published one, which is ahead of the root's.
create table if not exists londiste.seq_info (
    nr              serial  not null,
    queue_name      text    not null,
    seq_name        text    not null,
    local           boolean not null default false,
    last_value      bigint  not null,

    constraint seq_info_pkey primary key (queue_name, seq_name),
    constraint seq_info_queue_name_fkey foreign key (queue_name) references pgq_node.node_info (queue_name) on delete cascade
);

-- On the root: where a sequence stood when it was last published, to know how fast it moves.
create table if not exists londiste.seq_publish (
    queue_name      text    not null,
    seq_name        text    not null,
    publish_time    timestamptz not null default now(),
    seq_value       bigint  not null,

    constraint seq_publish_pkey primary key (queue_name, seq_name),
    constraint seq_publish_seq_fkey foreign key (queue_name, seq_name) references londiste.seq_info (queue_name, seq_name) on delete cascade
);

-- EXECUTE scripts that this database has run. The file name alone is the key.
create table if not exists londiste.applied_execute (
    queue_name      text    not null,
    execute_file    text    not null,
    execute_time    timestamptz not null default now(),
    execute_sql     text    not null,
    execute_attrs   text,

    constraint applied_execute_pkey primary key (execute_file)
);

-- The script of a queue that this database has begun and not finished: it failed, or runs in pieces because statements of it run outside transactions.
--   event_id, tick_id  on a subscriber: the script's event, and the tick of the batch in which it came
--   part_applied       the events before event_id that tick_id's snapshot holds are applied, though the position is before that tick
--   statement_nr       what comes next
--   running            that statement was begun outside a transaction; nobody has seen its end
--   finished           all statements are done
--   sent               on the root: it is on the queue
--   decision           skip, or force: somebody's word on a script that failed
--   error              why it stands still; NULL while it does not
create table if not exists londiste.execute_progress (
    queue_name      text    not null,
    execute_file    text    not null,
    execute_sql     text    not null,
    execute_attrs   text,
    event_id        bigint,
    tick_id         bigint,
    part_applied    boolean not null default false,
    statement_nr    integer not null default 1,
    running         boolean not null default false,
    finished        boolean not null default false,
    sent            boolean not null default false,
    decision        text,
    error           text,
    begun           timestamptz not null default now(),

    constraint execute_progress_pkey primary key (queue_name),
    constraint execute_progress_queue_name_fkey foreign key (queue_name) references pgq_node.node_info (queue_name) on delete cascade,
    constraint execute_progress_decision_check check (decision in ('skip', 'force'))
);

-- Foreign keys dropped for a copy, to be made again when both tables are in sync; of all queues.
create table if not exists londiste.pending_fkeys (
    from_table      text    not null,
    to_table        text    not null,
    fkey_name       text    not null,
    fkey_def        text    not null,

    constraint pending_fkeys_pkey primary key (from_table, fkey_name)
);

-- On the root: partitions of the replicated partitioned tables, to find those that come and go.
--   part_oid, part_name  a partition that holds rows, or the table itself
--   attached             of a partition: since which transactions it hangs there; of the table: the cluster that all of this was noted in
create table if not exists londiste.partition_info (
    queue_name      text    not null,
    table_name      text    not null,
    part_oid        oid     not null,
    part_name       text    not null,
    attached        text    not null,

    constraint partition_info_pkey primary key (queue_name, table_name, part_oid),
    constraint partition_info_table_fkey foreign key (queue_name, table_name) references londiste.table_info (queue_name, table_name) on delete cascade
);

-- How far the copies of this node's tables are, told by the worker every few seconds and removed when the copy ends. Losing it in a crash costs nothing.
--   rows, bytes      copied so far
--   expected_*       what the provider's statistics promised; 0: not known
--   copying_since    when the first row could come
--   pid              of the session that told it: once that is gone, the row says nothing
create unlogged table if not exists londiste.copy_progress (
    queue_name      text    not null,
    table_name      text    not null,
    phase           text    not null,
    rows            bigint  not null,
    bytes           bigint  not null,
    expected_rows   bigint  not null,
    expected_bytes  bigint  not null,
    started         timestamptz not null,
    copying_since   timestamptz,
    updated         timestamptz not null,
    pid             integer not null,

    constraint copy_progress_pkey primary key (queue_name, table_name),
    constraint copy_progress_table_fkey foreign key (queue_name, table_name) references londiste.table_info (queue_name, table_name) on delete cascade
);

-- Columns of the provider that this node's table did not have when it was copied, or that somebody decided to do without: events may leave them out.
create table if not exists londiste.left_out_column (
    queue_name      text    not null,
    table_name      text    not null,
    column_name     text    not null,
    since           timestamptz not null default now(),

    constraint left_out_column_pkey primary key (queue_name, table_name, column_name),
    constraint left_out_column_table_fkey foreign key (queue_name, table_name) references londiste.table_info (queue_name, table_name) on delete cascade
);

-- Changes of rows that were not there, since the table was last copied; counted by the transaction that should have made them.
create table if not exists londiste.missing_rows (
    queue_name      text    not null,
    table_name      text    not null,
    updates         bigint  not null,
    deletes         bigint  not null,
    first_time      timestamptz not null,
    last_time       timestamptz not null,
    last_key        text,

    constraint missing_rows_pkey primary key (queue_name, table_name),
    constraint missing_rows_table_fkey foreign key (queue_name, table_name) references londiste.table_info (queue_name, table_name) on delete cascade
);

-- What becomes of changes of the tables' structure, on the root by set_ddl, on the other nodes by what the root publishes. No row: check.
--   mode     off; check: nodes compare their tables with their provider's; replicate: the root also publishes what is done to its tables
--   options  unsafe   a change that cannot be carried safely: refuse it (refuse), or let it pass and leave it to check (check)
--            grants   true: owners and grants travel, too; else they do not
--            tables   patterns of names: new tables on the root that fit one are added to the queue, and made on all nodes
create table if not exists londiste.ddl_setting (
    queue_name      text    not null,
    mode            text    not null,
    options         jsonb   not null,

    constraint ddl_setting_pkey primary key (queue_name),
    constraint ddl_setting_node_fkey foreign key (queue_name) references pgq_node.node_info (queue_name) on delete cascade,
    constraint ddl_setting_mode_check check (mode in ('off', 'check', 'replicate'))
);

-- With mode replicate, on the root: new tables that are wanted and have no key yet, to be added when they get one.
create table if not exists londiste.keyless_table (
    queue_name      text    not null,
    table_oid       oid     not null,

    constraint keyless_table_pkey primary key (queue_name, table_oid),
    constraint keyless_table_queue_fkey foreign key (queue_name) references londiste.ddl_setting (queue_name) on delete cascade
);

-- With mode replicate: the structure of local tables (of describe_table) after the newest command that is known, to see what the next one changes.
--   parts    of the indexes and constraints in it: a command that drops one names nothing else
--   grants   of _grants_of
create table if not exists londiste.table_structure (
    queue_name      text    not null,
    table_name      text    not null,
    table_oid       oid     not null,
    parts           oid[]   not null,
    structure       jsonb   not null,
    grants          jsonb,

    constraint table_structure_pkey primary key (queue_name, table_name),
    constraint table_structure_table_fkey foreign key (queue_name, table_name) references londiste.table_info (queue_name, table_name) on delete cascade
);

-- With mode replicate: the partitions of local tables, on all levels, after the newest command that is known; columns as in _partition_tree.
create table if not exists londiste.partition_structure (
    queue_name      text    not null,
    table_name      text    not null,
    part_oid        oid     not null,
    part_name       text    not null,
    path            jsonb   not null,
    condition       text,
    columns         jsonb   not null,

    constraint partition_structure_pkey primary key (queue_name, table_name, part_oid),
    constraint partition_structure_table_fkey foreign key (queue_name, table_name) references londiste.table_info (queue_name, table_name) on delete cascade
);

-- With mode replicate: what those partitions have of their own, after the newest command that is known; columns as in _partition_parts.
create table if not exists londiste.partition_part (
    queue_name      text    not null,
    table_name      text    not null,
    part_oid        oid     not null,
    kind            text    not null,
    key             bigint  not null,
    name            text    not null,
    definition      text,

    constraint partition_part_pkey primary key (queue_name, table_name, part_oid, kind, key),
    constraint partition_part_partition_fkey foreign key (queue_name, table_name, part_oid) references londiste.partition_structure (queue_name, table_name, part_oid)
        on update cascade on delete cascade
);

-- With mode replicate: the types that tables in table_structure use, after the newest command that is known; structure: of _describe_type.
create table if not exists londiste.type_structure (
    queue_name      text    not null,
    type_oid        oid     not null,
    structure       jsonb   not null,

    constraint type_structure_pkey primary key (queue_name, type_oid),
    constraint type_structure_setting_fkey foreign key (queue_name) references londiste.ddl_setting (queue_name) on delete cascade
);

-- With mode replicate: which sequences the names of local ones stand for, and what owns them, after the newest command that is known. owner_oid, owner_column: a table and
-- its column's number; NULL: nothing does.
create table if not exists londiste.seq_structure (
    queue_name      text    not null,
    seq_name        text    not null,
    seq_oid         oid     not null,
    owner_oid       oid,
    owner_column    integer,

    constraint seq_structure_pkey primary key (queue_name, seq_name),
    constraint seq_structure_seq_fkey foreign key (queue_name, seq_name) references londiste.seq_info (queue_name, seq_name) on delete cascade
);

-- Tables that were partitions of replicated tables and were detached, on the root by a command, elsewhere as on the root. One that is attached again on the root is emptied elsewhere:
-- its rows come from there.
create table if not exists londiste.detached_partition (
    part_oid        oid     not null,

    constraint detached_partition_pkey primary key (part_oid)
);

-- What the last comparison of each table with the node it comes from found.
--   equal            NULL: it could not be compared, for `reason`
--   tick_id          both were compared as they were at that tick
--   missing, extra, changed   rows on this node; more: there are more differences than were counted
--   run_id           the row of compare_run that was open then; NULL: none was
create table if not exists londiste.compare_result (
    queue_name      text    not null,
    table_name      text    not null,
    compared_with   text,
    compared_at     timestamptz not null,
    equal           boolean,
    tick_id         bigint,
    tick_time       timestamptz,
    rows_there      bigint,
    rows_here       bigint,
    missing         bigint,
    extra           bigint,
    changed         bigint,
    more            boolean not null default false,
    reason          text,
    seconds         float8,
    run_id          uuid,

    constraint compare_result_pkey primary key (queue_name, table_name),
    constraint compare_result_table_fkey foreign key (queue_name, table_name) references londiste.table_info (queue_name, table_name) on delete cascade
);

-- Comparisons of several tables that have begun and not ended: compare --resume leaves out tables that have a result of the same run.
--   command          the words of the command: another one compares other tables
create table if not exists londiste.compare_run (
    queue_name      text    not null,
    command         text    not null,
    run_id          uuid    not null,
    started_at      timestamptz not null,

    constraint compare_run_pkey primary key (queue_name, command),
    constraint compare_run_queue_fkey foreign key (queue_name) references pgq_node.node_info (queue_name) on delete cascade
);
