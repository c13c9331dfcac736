-- londiste._publish_seqs(i_queue_name, i_buffer, i_seq_name): on the root, publishes for that local sequence, NULL: for each, a value that it has not reached yet. Subscribers
-- move theirs there, so that after a failover none of them gives out a number that the root has used.
--
-- i_buffer: in numbers that the sequence gives out, so times its increment (NULL or below 10: 10000). A new value goes out when the published one is no further away than `near`; it
-- is then `ahead` of the sequence:
--
--     near    max(2 * i_buffer, 160 seconds of v)
--     ahead   max(3 * i_buffer, 240 seconds of v)
--
-- v is what it has moved in a second since the last publication, when that was between 90 seconds and 10 minutes ago, and 0 otherwise: a jump is no rate, and who looks often needs none.
--
-- The root's worker looks twice a second, up to ten times while a sequence moves fast, and calls this when it is time, and every 5 seconds while anything moves. For it v is low, so that a sequence is never more than 3 * i_buffer behind the published value. A burst
-- of 5000 nextval a second that begins right after a look leaves 3.5 seconds from the next look on for the new value to be ticked, read and applied.
--
-- When only pgqd looks (every 2 minutes; there is no worker, or it is paused), it cannot know a rate that began since its last look: 160 nextval a second from rest stay behind, after that also a rate
-- that grows by no more than a third from look to look.
--
-- What is published is never beyond the middle between the sequence and its limit, so that a smallint serial is not used up by it. A sequence that counts
-- down is published downwards. One that starts over (CYCLE) is published past its end, a quarter of its range ahead at most. One that is set back is published again when
-- it comes near: subscribers' never go back. Nothing is written while a sequence is far from the published value.
--
-- A sequence that cannot be published keeps no other from it. Everything is computed in numeric: a bigint sequence may be near its end.
--
-- 100 Sequences updated; 402 Not a root node; 404 Queue not found: q. Warnings: sequence s of queue q does not exist; cannot publish sequence s of queue q: why.
-- Locks: the seq_info rows it publishes, in the order of nr, so two callers do not publish twice. Called by: root_check_seqs, local_add_seq.
create or replace function londiste._publish_seqs(
    in i_queue_name text, in i_buffer int8, in i_seq_name text,
    out ret_code int4, out ret_note text)
returns record as $$
declare
    near_seconds    constant numeric := 160;
    ahead_seconds   constant numeric := 240;

    buffer      numeric := case when i_buffer >= 10 then i_buffer else 10000 end;
    node_type   text;
    s           record;
    pub         record;
    value       numeric;    -- where the sequence is
    room        numeric;    -- how far it can go
    moved       numeric;    -- since it was published
    elapsed     numeric;    -- seconds since then
    rate        numeric;
    ahead       numeric;    -- how far the published value is ahead
    new_value   numeric;
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
               p.seqmin::numeric as lowest, p.seqmax::numeric - p.seqmin + 1 as span,
               case when p.seqincrement > 0 then p.seqmax else p.seqmin end::numeric as seq_end
        from londiste.seq_info i
        left join pg_catalog.pg_sequence p on p.seqrelid = londiste.find_seq_oid(i.seq_name)
        where i.queue_name = i_queue_name and i.local and (i_seq_name is null or i.seq_name = i_seq_name)
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
            moved := coalesce(s.direction * (value - pub.seq_value), 0);
            if s.seqcycle then
                room := s.span / 2;
                ahead := mod(ahead, s.span);    -- the shorter way round
                ahead := ahead - case when ahead > room then s.span when ahead < -room then -s.span else 0 end;
                moved := mod(moved + s.span, s.span);
            else
                room := s.direction * (s.seq_end - value);
                exit when (pub.last_value <> 0 or pub.publish_time is not null) and ahead >= room;
            end if;
            elapsed := extract(epoch from clock_timestamp() - pub.publish_time)::numeric;
            rate := case when elapsed between 90 and 600 then greatest(moved, 0) / elapsed else 0 end;
            -- 0 and never seen here: not published at all.
            exit when (pub.last_value <> 0 or pub.publish_time is not null)
                and ahead > least(greatest(2 * buffer * s.increment, rate * near_seconds), room / 3);
            continue when round = 1;

            ahead := ceil(least(greatest(3 * buffer * s.increment, rate * ahead_seconds), room / 2));
            new_value := value + s.direction * ahead;
            if s.seqcycle then
                new_value := s.lowest + mod(new_value - s.lowest + s.span, s.span);
            end if;
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
