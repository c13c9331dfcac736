-- Many queues at once give what each by itself gives: on random states, which are the same for queue a<n> and queue b<n>.
\set SHOW_CONTEXT never
select setseed(0.5) is not null as seeded;
select count(pgq.create_queue(name || n)) from generate_series(1, 40) n, unnest(array['a', 'b']) name;
select pgq.register_consumer(name || n, 'c') is null from generate_series(1, 20) n, unnest(array['a', 'b']) name group by 1;
create function pg_temp.random_states() returns void language plpgsql as $$
declare
    n       integer;
    what    integer[];
    q       pgq.queue;
    minutes interval;
begin
    for n in 1 .. 40 loop
        what := array(select floor(random() * 8)::integer from generate_series(1, 8));
        minutes := random() * interval '2 minutes';
        for q in select * from pgq.queue where queue_name in ('a' || n, 'b' || n) loop
            update pgq.queue set queue_ticker_paused = what[1] = 0, queue_external_ticker = what[2] = 0,
                    queue_ticker_max_lag = case what[3] when 0 then '4 seconds' else '3 seconds' end::interval,
                    queue_ticker_max_count = case when what[8] < 4 then 2 else 500 end
                where queue_id = q.queue_id;
            for i in 1 .. what[4] - 4 loop
                perform nextval(q.queue_event_seq);
            end loop;
            update pgq.tick set tick_time = now() - minutes * (1 + (select count(*) from pgq.tick later where later.tick_queue = q.queue_id and later.tick_id > tick.tick_id))
                where tick_queue = q.queue_id;
            if what[5] = 0 then
                delete from pgq.tick where tick_queue = q.queue_id and not exists (select 1 from pgq.subscription where sub_queue = q.queue_id);
            end if;
            update pgq.subscription set sub_last_tick = (select max(tick_id) from pgq.tick where tick_queue = q.queue_id) - (what[6] / 6),
                    sub_active = now() - case what[7] when 0 then interval '2 minutes' else interval '1 second' end
                where sub_queue = q.queue_id;
        end loop;
    end loop;
end;
$$;
create temp table cases (ticks integer, braked integer, due integer, not_due integer);
create function pg_temp.compare_many() returns integer language plpgsql as $$
declare
    differ  integer := 0;
    ticks   integer := 0;
    braked  integer := 0;
    due     integer := 0;
    not_due integer := 0;
    near    integer[];
    r       record;
begin
    perform pg_temp.random_states();
    create temp table many as select q.queue_name, m.* from pgq._tick_moved(array(select queue_id from pgq.queue where queue_name like 'a%')) m join pgq.queue q using (queue_id);
    for r in
        select q.queue_name, m.tick_id as many_tick, m.tick_xmin <= m.tick_xmax as many_xids, m.braked as many_braked,
               o.tick_id as one_tick, o.tick_xmin <= o.tick_xmax and (not o.braked or null) as one_xids, o.braked as one_braked
        from pgq.queue q
        left join many m on m.queue_name = 'a' || substr(q.queue_name, 2)
        left join lateral (select * from pgq.ticker_on_demand(q.queue_name, null) d where d.tick_id is not null or d.braked) o on true
        where q.queue_name like 'b%'
    loop
        if r.many_tick is distinct from r.one_tick or r.many_xids is distinct from r.one_xids or r.many_braked is distinct from r.one_braked then
            differ := differ + 1;
            raise warning '%', r;
        end if;
        ticks := ticks + (r.one_tick is not null)::integer;
        braked := braked + coalesce(r.one_braked, false)::integer;
    end loop;
    drop table many;

    -- The queues that pgq.ticker() looks at are those that are due.
    perform pg_temp.random_states();
    near := pgq._queues_near_tick();
    for r in
        select q.queue_name, q.queue_id = any (near) as near, pgq._tick_due(q) is not null as due
        from pgq.queue q where not q.queue_ticker_paused and not q.queue_external_ticker
    loop
        if r.near <> r.due then
            differ := differ + 1;
            raise warning '%', r;
        end if;
        due := due + r.due::integer;
        not_due := not_due + (not r.due)::integer;
    end loop;
    insert into cases values (ticks, braked, due, not_due);
    return differ;
end;
$$;
select sum(pg_temp.compare_many()) as differ from generate_series(1, 12);
select sum(ticks) > 50 as ticks, sum(braked) > 3 as braked, sum(due) > 50 as due, sum(not_due) > 50 as not_due from cases;

-- Only some, and their order.
update pgq.queue set queue_ticker_paused = false, queue_external_ticker = false, queue_ticker_max_lag = '3 seconds';
update pgq.subscription set sub_active = now() - interval '2 minutes';
select count(pgq.ticker(queue_name)) > 0 as first_ticks from pgq.queue;
select count(nextval(queue_event_seq)) from pgq.queue;
select queue_name, event_seq > tick_event_seq as moved
from pgq.ticker_demand_state(array(select queue_id from pgq.queue where queue_name in ('b7', 'a9', 'a31')) || array[0, null]);
select (select array_agg(s) from pgq.ticker_demand_state() s) = (select array_agg(s) from pgq.ticker_demand_state(array(select queue_id from pgq.queue)) s) as all_of_them;
select count(*) from pgq.ticker_demand_state('{}');
select q.queue_name, m.tick_id is not null as ticked from pgq._tick_moved(array(select queue_id from pgq.queue where queue_name in ('b7', 'a9')) || array[0, null]) m join pgq.queue q using (queue_id) order by 1;
select queue_name, event_seq > tick_event_seq as moved from pgq.ticker_demand_state(array(select queue_id from pgq.queue where queue_name in ('b7', 'a9', 'a31')));
select count(*) from pgq._tick_moved('{}');
begin isolation level repeatable read;
select * from pgq._tick_moved(array(select queue_id from pgq.queue where queue_name = 'a31'));
rollback;
-- What stops one stops all: the caller goes on one by one.
select queue_event_seq as seq from pgq.queue where queue_name = 'a31' \gset
\set VERBOSITY sqlstate
begin;
update pgq.tick set tick_snapshot = '4000000000000:4000000000000:' where tick_queue = (select queue_id from pgq.queue where queue_name = 'a31');
select * from pgq._tick_moved(array(select queue_id from pgq.queue where queue_name in ('a31', 'a32')));
rollback;
\set VERBOSITY default
select pgq.unregister_consumer(queue_name, 'c') is null from pgq.queue join pgq.subscription on sub_queue = queue_id group by 1;
select count(pgq.drop_queue(queue_name)) from pgq.queue;
