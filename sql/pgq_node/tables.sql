-- Tables of pgq_node. Re-runnable.

-- How other nodes are reached. May hold nodes of queues that have no node here.
create table if not exists pgq_node.node_location (
    queue_name      text    not null,
    node_name       text    not null,
    node_location   text    not null,
    dead            boolean not null default false,

    constraint node_location_pkey primary key (queue_name, node_name)
);

-- The local node of each queue.
create table if not exists pgq_node.node_info (
    queue_name      text    not null,
    node_type       text    not null,
    node_name       text    not null,
    worker_name     text,
    combined_queue  text,
    node_attrs      text,

    constraint node_info_pkey primary key (queue_name),
    constraint node_info_queue_name_fkey foreign key (queue_name, node_name) references pgq_node.node_location (queue_name, node_name),
    constraint node_info_node_type_check check (node_type in ('root', 'branch', 'leaf')),
    constraint node_info_check check (
        case when node_type = 'root' then worker_name is not null and combined_queue is null
             when node_type = 'branch' then worker_name is not null and combined_queue is null
             when node_type = 'leaf' then worker_name is not null
             else false end)
);

-- Position of consumers that work on the local node.
create table if not exists pgq_node.local_state (
    queue_name      text    not null,
    consumer_name   text    not null,
    provider_node   text    not null,
    last_tick_id    bigint  not null,
    cur_error       text,
    paused          boolean not null default false,
    uptodate        boolean not null default false,

    constraint local_state_pkey primary key (queue_name, consumer_name),
    constraint local_state_queue_name_fkey foreign key (queue_name) references pgq_node.node_info (queue_name),
    constraint local_state_queue_name_fkey1 foreign key (queue_name, provider_node) references pgq_node.node_location (queue_name, node_name)
);

-- Nodes that read from this one.
create table if not exists pgq_node.subscriber_info (
    queue_name      text    not null,
    subscriber_node text    not null,
    worker_name     text    not null,
    watermark_name  text    not null,

    constraint subscriber_info_pkey primary key (queue_name, subscriber_node),
    constraint subscriber_info_queue_name_fkey foreign key (queue_name) references pgq_node.node_info (queue_name),
    constraint subscriber_info_queue_name_fkey1 foreign key (queue_name, subscriber_node) references pgq_node.node_location (queue_name, node_name),
    constraint subscriber_info_worker_name_fkey foreign key (worker_name) references pgq.consumer (co_name),
    constraint subscriber_info_watermark_name_fkey foreign key (watermark_name) references pgq.consumer (co_name)
);

-- By what a consumer's position is known again at the provider: which tick it was, not its number alone, which a server that lost
-- time gives out again. Belongs to the position with the same tick_id only; written with it.
create table if not exists pgq_node.position_proof (
    queue_name          text        not null,
    consumer_name       text        not null,
    tick_id             bigint      not null,
    tick_time           timestamptz not null,
    tick_event_seq      bigint,
    -- where it was read, and that server's WAL at the time; NULL where the server does not tell
    provider_node       text        not null,
    system_identifier   bigint,
    timeline            integer,

    constraint position_proof_pkey primary key (queue_name, consumer_name),
    constraint position_proof_queue_name_fkey foreign key (queue_name, consumer_name)
        references pgq_node.local_state (queue_name, consumer_name) on update cascade on delete cascade
);

-- Consumers of the local node that a session has asked to stand still: see hold_consumer. Losing it in a crash costs nothing.
--   tick_id  it may go on up to that tick; NULL: not at all
--   pid      of the session that asks
--   until    or as soon as that session has gone
create unlogged table if not exists pgq_node.consumer_hold (
    queue_name          text        not null,
    consumer_name       text        not null,
    pid                 integer     not null,
    tick_id             bigint,
    until               timestamptz not null,

    constraint consumer_hold_pkey primary key (queue_name, consumer_name, pid)
);
