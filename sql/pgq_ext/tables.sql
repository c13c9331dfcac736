-- Tables of pgq_ext: how far consumers of queues in other databases have come. Re-runnable: changes nothing that is there.
-- No queue is named: a consumer's name must be unique over all queues it is used for.

create table if not exists pgq_ext.completed_tick (
    consumer_id     text    not null,
    subconsumer_id  text    not null default '',
    last_tick_id    bigint  not null,

    constraint completed_tick_pkey primary key (consumer_id, subconsumer_id)
);

create table if not exists pgq_ext.completed_batch (
    consumer_id     text    not null,
    subconsumer_id  text    not null default '',
    last_batch_id   bigint  not null,

    constraint completed_batch_pkey primary key (consumer_id, subconsumer_id)
);

-- The events done of the batch in partial_batch.
create table if not exists pgq_ext.completed_event (
    consumer_id     text    not null,
    subconsumer_id  text    not null default '',
    batch_id        bigint  not null,
    event_id        bigint  not null,

    constraint completed_event_pkey primary key (consumer_id, subconsumer_id, batch_id, event_id)
);

create table if not exists pgq_ext.partial_batch (
    consumer_id     text    not null,
    subconsumer_id  text    not null default '',
    cur_batch_id    bigint  not null,

    constraint partial_batch_pkey primary key (consumer_id, subconsumer_id)
);
