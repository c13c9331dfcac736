-- Tables and sequences of PgQ. Re-runnable: changes nothing that is there.

create table if not exists pgq.consumer (
    co_id       serial,
    co_name     text        not null,

    constraint consumer_pkey primary key (co_id),
    constraint consumer_name_uq unique (co_name)
);

create table if not exists pgq.queue (
    queue_id                    serial,
    queue_name                  text        not null,

    queue_ntables               integer     not null default 3,
    queue_cur_table             integer     not null default 0,
    queue_rotation_period       interval    not null default '2 hours',
    queue_switch_step1          bigint      not null default pg_catalog.txid_current(),
    queue_switch_step2          bigint               default pg_catalog.txid_current(),
    queue_switch_time           timestamptz not null default pg_catalog.now(),

    queue_external_ticker       boolean     not null default false,
    queue_disable_insert        boolean     not null default false,
    queue_ticker_paused         boolean     not null default false,

    queue_ticker_max_count      integer     not null default 500,
    queue_ticker_max_lag        interval    not null default '3 seconds',
    queue_ticker_idle_period    interval    not null default '1 minute',
    queue_per_tx_limit          integer,

    queue_data_pfx              text        not null,
    queue_event_seq             text        not null,
    queue_tick_seq              text        not null,

    queue_extra_maint           text[],

    constraint queue_pkey primary key (queue_id),
    constraint queue_name_uq unique (queue_name)
);

-- Settings that upstream does not have. Not columns of pgq.queue: adding one would wait for everybody who writes events, prepared transactions too, and hold up all
-- who come later.
--   key_update   what becomes of an UPDATE that changes the key of a replicated row: refuse (the default) or replicate
create table if not exists pgq.queue_setting (
    setting_queue   integer     not null,
    setting_name    text        not null,
    setting_value   text        not null,

    constraint queue_setting_pkey primary key (setting_queue, setting_name),
    constraint setting_queue_fkey foreign key (setting_queue) references pgq.queue (queue_id) on delete cascade,
    constraint queue_setting_check check (setting_name = 'key_update' and setting_value in ('refuse', 'replicate'))
);

create table if not exists pgq.tick (
    tick_queue      integer         not null,
    tick_id         bigint          not null,
    tick_time       timestamptz     not null default pg_catalog.now(),
    tick_snapshot   txid_snapshot   not null default pg_catalog.txid_current_snapshot(),
    tick_event_seq  bigint          not null,

    constraint tick_pkey primary key (tick_queue, tick_id),
    constraint tick_queue_fkey foreign key (tick_queue) references pgq.queue (queue_id)
);

create sequence if not exists pgq.batch_id_seq;

create table if not exists pgq.subscription (
    sub_id          serial      not null,
    sub_queue       integer     not null,
    sub_consumer    integer     not null,
    sub_last_tick   bigint,
    sub_active      timestamptz not null default pg_catalog.now(),
    sub_batch       bigint,
    sub_next_tick   bigint,

    constraint subscription_pkey primary key (sub_queue, sub_consumer),
    constraint subscription_batch_idx unique (sub_batch),
    constraint sub_queue_fkey foreign key (sub_queue) references pgq.queue (queue_id),
    constraint sub_consumer_fkey foreign key (sub_consumer) references pgq.consumer (co_id)
);

create table if not exists pgq.event_template (
    ev_id       bigint          not null,
    ev_time     timestamptz     not null,
    ev_txid     bigint          not null default pg_catalog.txid_current(),
    ev_owner    integer,
    ev_retry    integer,
    ev_type     text,
    ev_data     text,
    ev_extra1   text,
    ev_extra2   text,
    ev_extra3   text,
    ev_extra4   text
);

create table if not exists pgq.retry_queue (
    ev_retry_after  timestamptz     not null,
    ev_queue        integer         not null,

    ev_id           bigint          not null,
    ev_time         timestamptz     not null,
    ev_txid         bigint,
    ev_owner        integer         not null,
    ev_retry        integer,
    ev_type         text,
    ev_data         text,
    ev_extra1       text,
    ev_extra2       text,
    ev_extra3       text,
    ev_extra4       text,

    constraint rq_pkey primary key (ev_owner, ev_id),
    constraint rq_queue_id_fkey foreign key (ev_queue) references pgq.queue (queue_id)
);
create index if not exists rq_retry_idx on pgq.retry_queue (ev_retry_after);

-- What somebody has to know about a queue, or about the node that it makes, while it lasts. Told by pgqd, workers and triggers; shown by londiste's status.
--   queue_name   '' for the whole database
--   kind         one word for what it is: rotation_blocked, trigger_missing, ..
--   subject      what it is about: a table, a consumer, an event type; '' when the queue is
--   severity     error (rows may differ, or something stands still), warning (it will become so), notice (good to know)
--   message      what, where, since when as far as it is known
--   hint         what to do
--   since        first told; kept while it lasts
--   updated      when message, hint or severity changed last
create table if not exists pgq.condition (
    queue_name  text        not null,
    kind        text        not null,
    subject     text        not null,
    severity    text        not null,
    message     text        not null,
    hint        text,
    since       timestamptz not null default pg_catalog.now(),
    updated     timestamptz not null default pg_catalog.now(),

    constraint condition_pkey primary key (queue_name, kind, subject),
    constraint condition_severity_check check (severity in ('error', 'warning', 'notice'))
);
