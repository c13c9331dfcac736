-- londiste.root_check_seqs(i_queue_name, i_buffer): on the root, publishes for each local sequence a value that it has not reached yet. Subscribers
-- move theirs there, so that after a switch none of them gives out a number that the root has used.
--
-- i_buffer: a new value goes out at the latest when the sequence is that near to the published one, and is three times as far ahead at least (NULL or
-- below 10: 10000). Both are greater for a fast sequence; with v = what it moves in a second, on average since the last publication, or
-- over 2 minutes if that is longer (a bulk load is no rate):
--
--     near    max(i_buffer, 2 minutes of 5000 nextval a second, 10 minutes of v)
--     ahead   max(3 * i_buffer, 6 minutes of 5000 nextval a second, 20 minutes of v)
--
-- pgqd looks every 2 minutes, the root's worker every few seconds: 5000 nextval a second stay behind also when only pgqd looks, and a rate that lasts
-- is found out before it gets there. Nothing is written while a sequence is far from the published value.
--
-- What is published is never beyond the middle between the sequence and its limit, so that a smallint serial is not used up by it. A sequence that counts
-- down is published downwards. One that starts over (CYCLE, setval) is published again when it comes near: subscribers' never go back, so a new root may repeat
-- numbers of one that cycles, which is a condition of the queue (sequence_cycles).
--
-- A sequence that cannot be published keeps no other from it. Everything is computed in numeric: a bigint sequence may be near its end.
--
-- 100 Sequences updated; 402 Not a root node; 404 Queue not found: q. Warnings: sequence s of queue q does not exist; cannot publish sequence s of queue q: why.
-- Locks: the seq_info rows it publishes, in the order of nr, so two callers do not publish twice. Called by: pgqd through pgq.maint_operations, the
-- root's worker, local_add_seq.
create or replace function londiste.root_check_seqs(
    in i_queue_name text, in i_buffer int8,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    near_nextvals   constant numeric := 5000 * 120;
    ahead_nextvals  constant numeric := 5000 * 360;
    near_seconds    constant numeric := 600;
    ahead_seconds   constant numeric := 1200;
    rate_seconds    constant numeric := 120;

    buffer      numeric := case when i_buffer >= 10 then i_buffer else 10000 end;
    node_type   text;
    s           record;
    pub         record;
    value       numeric;    -- where the sequence is
    room        numeric;    -- how far it can go
    rate        numeric;    -- how fast it goes, units a second
    ahead       numeric;    -- how far the published value is ahead
    new_value   int8;
begin
    select n.node_type into node_type from pgq_node.node_info n where n.queue_name = i_queue_name;
    if not found then
        select 404, 'Queue not found: ' || coalesce(i_queue_name, 'NULL') into ret_code, ret_note;
        return;
    end if;
    if node_type <> 'root' then
        select 402, 'Not a root node' into ret_code, ret_note;
        return;
    end if;

    for s in
        select i.seq_name, p.seqrelid, sign(p.seqincrement::numeric) as direction, abs(p.seqincrement::numeric) as increment, p.seqcycle,
               case when p.seqincrement > 0 then p.seqmax else p.seqmin end::numeric as seq_end
        from londiste.seq_info i
        left join pg_catalog.pg_sequence p on p.seqrelid = londiste.find_seq_oid(i.seq_name)
        where i.queue_name = i_queue_name and i.local
        order by i.nr
    loop
        if s.seqrelid is null then
            -- The others must go on being published.
            raise warning 'sequence % of queue % does not exist', s.seq_name, i_queue_name;
            continue;
        end if;

        perform londiste._note_cycle(i_queue_name, s.seq_name, s.seqcycle);

        -- Once without a lock; if it is time, again with it, when another caller may have done it.
        for round in 1 .. 2 loop
            if round = 2 then
                perform 1
                    from londiste.seq_info i
                    where i.queue_name = i_queue_name and i.seq_name = s.seq_name
                    for update;
            end if;
            begin
                value := pgq.seq_getval(s.seq_name);
            exception
                when insufficient_privilege or undefined_table then
                    raise warning 'cannot publish sequence % of queue %: %', s.seq_name, i_queue_name, sqlerrm;
                    exit;
            end;
            select i.last_value, p.seq_value, p.publish_time into pub
                from londiste.seq_info i
                left join londiste.seq_publish p on p.queue_name = i.queue_name and p.seq_name = i.seq_name
                where i.queue_name = i_queue_name and i.seq_name = s.seq_name;
            ahead := s.direction * (pub.last_value - value);
            room := s.direction * (s.seq_end - value);
            rate := coalesce(greatest(s.direction * (value - pub.seq_value), 0)
                             / greatest(extract(epoch from clock_timestamp() - pub.publish_time), rate_seconds)::numeric, 0);
            -- 0 and never seen here: not published at all.
            exit when (pub.last_value <> 0 or pub.publish_time is not null)
                and (ahead >= room
                    or ahead > least(greatest(buffer, near_nextvals * s.increment, rate * near_seconds),
                                     room / 4));
            continue when round = 1;

            ahead := ceil(least(greatest(3 * buffer, ahead_nextvals * s.increment, rate * ahead_seconds),
                                room / 2));
            new_value := value + s.direction * ahead;
            update londiste.seq_info
                set last_value = new_value
                where queue_name = i_queue_name and seq_name = s.seq_name;
            insert into londiste.seq_publish as p (queue_name, seq_name, publish_time, seq_value)
                values (i_queue_name, s.seq_name, clock_timestamp(), value)
                on conflict on constraint seq_publish_pkey
                do update set publish_time = excluded.publish_time, seq_value = excluded.seq_value;
            perform pgq.insert_event(i_queue_name, 'londiste.update-seq', new_value::text, s.seq_name, null, null, null);
        end loop;
    end loop;
    select 100, 'Sequences updated' into ret_code, ret_note;
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;

-- londiste.root_check_seqs(i_queue_name): the same with the default buffer.
create or replace function londiste.root_check_seqs(
    in i_queue_name text,
    out ret_code int4, out ret_note text)
returns record as $$
    select r.ret_code, r.ret_note from londiste.root_check_seqs(i_queue_name, null) r;
$$ language sql set search_path = pg_catalog, pg_temp;
