-- londiste.root_check_seqs(i_queue_name, i_buffer): publishes how far subscribers must have moved the root's sequences, before these get there.
-- i_buffer: least distance, in steps of the sequence, at which a new value is published (NULL or below 10: 10000); it is published three times as far ahead.
--
-- Beyond the buffer the distance follows the observed rate: ten minutes of it, and at least what 5000 nextval a second use in that time until a rate is known; a new value goes out when half of that is used. So a
-- subscriber's sequence stays ahead however fast ids are drawn and however late pgqd or the worker look (every two minutes, and every few seconds).
-- 100 Sequences updated; 404 Queue not found: q; 402 Not a root node.
create or replace function londiste.root_check_seqs(
    in i_queue_name text, in i_buffer int8,
    out ret_code int4, out ret_note text)
as $$
declare
    n           record;
    s           record;
    last        bigint;
    buffer      numeric := case when i_buffer is null or i_buffer < 10 then 10000 else i_buffer end;
    steps       numeric;
    used        numeric;
    left_over   numeric;
    ahead       numeric;
    pub         bigint;
    seconds     numeric;
    horizon     constant numeric := 600;
    least_rate  constant numeric := 5000;
begin
    select node_type, node_name into n from pgq_node.node_info where queue_name = i_queue_name for update;
    if not found then
        select 404, 'Queue not found: ' || i_queue_name into ret_code, ret_note;
        return;
    end if;
    if n.node_type <> 'root' then
        select 402, 'Not a root node' into ret_code, ret_note;
        return;
    end if;

    for s in
        select i.seq_name, i.last_value as published, q.seqincrement, q.seqmin, q.seqmax, p.publish_time, p.seq_value as publish_value
        from londiste.seq_info i
        join pg_catalog.pg_sequence q on q.seqrelid = londiste.find_seq_oid(i.seq_name)
        left join londiste.seq_publish p on p.queue_name = i.queue_name and p.seq_name = i.seq_name
        where i.queue_name = i_queue_name and i.local
        order by i.nr
    loop
        execute 'select last_value from ' || londiste.quote_fqname(s.seq_name) into last;
        used := coalesce((last::numeric - s.publish_value) / s.seqincrement, 0);
        seconds := greatest(extract(epoch from clock_timestamp() - s.publish_time)::numeric, 1);
        steps := greatest(buffer * 3, least_rate * horizon, coalesce(used / seconds, 0) * horizon);
        left_over := (s.published::numeric - last) / s.seqincrement;
        if s.publish_time is not null and left_over > greatest(buffer, steps / 2) then
            continue;
        end if;
        ahead := last::numeric + steps * s.seqincrement;
        pub := greatest(s.seqmin::numeric, least(s.seqmax::numeric, ahead))::bigint;
        if s.publish_time is not null and pub = s.published then
            continue;       -- at its limit already
        end if;
        update londiste.seq_info set last_value = pub where queue_name = i_queue_name and seq_name = s.seq_name;
        insert into londiste.seq_publish (queue_name, seq_name, publish_time, seq_value)
            values (i_queue_name, s.seq_name, clock_timestamp(), last)
            on conflict on constraint seq_publish_pkey
            do update set publish_time = excluded.publish_time, seq_value = excluded.seq_value;
        perform pgq.insert_event(i_queue_name, 'londiste.update-seq', pub::text, s.seq_name, null, null, null);
    end loop;
    select 100, 'Sequences updated' into ret_code, ret_note;
end;
$$ language plpgsql;

-- londiste.root_check_seqs(i_queue_name): the same with the default buffer.
create or replace function londiste.root_check_seqs(
    in i_queue_name text,
    out ret_code int4, out ret_note text)
as $$
    select f.ret_code, f.ret_note from londiste.root_check_seqs($1, null) f;
$$ language sql strict;
