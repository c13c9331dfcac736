-- Sequences: published ahead of their use, never back, never out of their limits.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\pset format unaligned
\pset null '<null>'
set client_min_messages = warning;

create function events(out ev text) returns setof text language sql as $$
    with gone as (delete from pgq.event_template where ev_extra1 is distinct from 'sq' returning *)
    select concat_ws('|', ev_type, ev_data, ev_extra1) from gone order by ev_id;
$$;
select ret_note from pgq_node.register_location('sq', 'r', 'dbname=r', false);
select ret_note from pgq_node.create_node('sq', 'root', 'r', 'r_worker', null, null, null);

-- refusals
select * from londiste.local_add_seq('nowhere', 'sq_fresh');
select * from londiste.local_add_seq('sq', 'sq_nothing');
select * from londiste.local_remove_seq('sq', 'sq_nothing');
select * from londiste.global_remove_seq('sq', 'sq_nothing');
select * from londiste.global_update_seq('sq', 'sq_nothing', 1);
select * from londiste.global_update_seq('nowhere', 'sq_nothing', 1);
select * from londiste.root_check_seqs('nowhere');
select * from londiste.root_check_seqs(null);
select * from londiste.root_check_seqs('nowhere', 5);

-- a fresh one: three buffers ahead
create sequence sq_fresh;
select setval('sq_fresh', 100);
select * from londiste.local_add_seq('sq', 'sq_fresh');
select * from londiste.local_add_seq('sq', 'public.sq_fresh');
select * from londiste.get_seq_list('sq');
select events();
-- far enough: nothing is written
update londiste.seq_publish set publish_time = now() - interval '1 day';
create temp table rows_before as select xmin::text as x, xmax::text as y from londiste.seq_info union all select xmin::text, xmax::text from londiste.seq_publish;
select * from londiste.root_check_seqs('sq');
select setval('sq_fresh', 10099);
select ret_note from londiste.root_check_seqs('sq');
select count(*) from rows_before join (select xmin::text as x, xmax::text as y from londiste.seq_info union all select xmin::text, xmax::text from londiste.seq_publish) now using (x, y);
select events();
-- two buffers left: the next
select setval('sq_fresh', 10100);
select ret_note from londiste.root_check_seqs('sq');
select events();
-- at 5000 a second, looked at every half second, the same: never more than three buffers, and at a look never less than 1.5
do $$
declare
    least       bigint := 1000000;
    most        bigint := 0;
    distance    bigint;
begin
    for look in 1 .. 40 loop
        perform setval('sq_fresh', 10100 + look * 2500);
        update londiste.seq_publish set publish_time = publish_time - interval '500 ms';
        select s.last_value - (10100 + look * 2500) into distance from londiste.seq_info s;
        least := least(least, distance);
        perform londiste.root_check_seqs('sq');
        select s.last_value - (10100 + look * 2500) into distance from londiste.seq_info s;
        most := greatest(most, distance);
    end loop;
    raise warning '1.5 buffers at least: %, 3 at most: %', least >= 15000, most <= 30000;
end;
$$;
select count(*) > 5 as often from events();
-- a jump is no rate, neither seconds after a publication nor an hour after it
select setval('sq_fresh', 1000000);
select ret_note from londiste.root_check_seqs('sq');
select last_value from londiste.get_seq_list('sq');
update londiste.seq_publish set publish_time = now() - interval '1 hour';
select setval('sq_fresh', 2000000);
select ret_note from londiste.root_check_seqs('sq');
select last_value from londiste.get_seq_list('sq');
-- by 1000 a second over minutes: 160 seconds near, 240 ahead
update londiste.seq_info set last_value = 3000000 + 159000;
update londiste.seq_publish set seq_value = 3000000 - 150000, publish_time = clock_timestamp() - interval '150 seconds';
select setval('sq_fresh', 3000000);
select ret_note from londiste.root_check_seqs('sq');
select last_value between 3000000 + 239000 and 3000000 + 240000 as ahead from londiste.get_seq_list('sq');
-- the same distance is enough for a slow one
update londiste.seq_info set last_value = 3000000 + 159000;
update londiste.seq_publish set seq_value = 2999000, publish_time = now() - interval '150 seconds';
select ret_note from londiste.root_check_seqs('sq');
select last_value from londiste.get_seq_list('sq');
-- a larger buffer is kept
select ret_note from londiste.root_check_seqs('sq', 50000000);
select last_value from londiste.get_seq_list('sq');
select ret_note from londiste.root_check_seqs('sq', 5);
select last_value from londiste.get_seq_list('sq');
-- set back: subscribers stay ahead
select setval('sq_fresh', 1);
select ret_note from londiste.root_check_seqs('sq');
select last_value from londiste.get_seq_list('sq');
select count(*) from events();
-- what another release has published goes on
delete from londiste.seq_publish;
update londiste.seq_info set last_value = 30100;
select setval('sq_fresh', 20000);
select ret_note from londiste.root_check_seqs('sq');
select last_value from londiste.get_seq_list('sq');
-- after a planned switch: from the exact position, whatever was published before
select * from londiste.local_set_seq_position('sq', 'sq_fresh', 500, true);
select ret_note from londiste.root_check_seqs('sq');
select last_value from londiste.get_seq_list('sq');
select nextval('sq_fresh');
-- At the end of bigint: exact to the last number, and no hindrance for the others.
select events() is null where false;
set client_min_messages = error;
create sequence sq_end;
create sequence sq_down increment -3 minvalue -9223372036854775808;
select setval('sq_end', 9223372036854775806), setval('sq_down', -9223372036854775806);
select ret_note from londiste.local_add_seq('sq', 'sq_end') union all select ret_note from londiste.local_add_seq('sq', 'sq_down');
select seq_name, last_value from londiste.get_seq_list('sq') where seq_name in ('public.sq_end', 'public.sq_down') order by 1;
update londiste.seq_info set last_value = 9223372036854775806 where seq_name = 'public.sq_end';
update londiste.seq_info set last_value = 0 where seq_name = 'public.sq_fresh';
select ret_note from londiste.root_check_seqs('sq');
select nextval('sq_end');
select ret_note from londiste.root_check_seqs('sq');
select seq_name, last_value > 0 as published from londiste.get_seq_list('sq') where seq_name in ('public.sq_end', 'public.sq_fresh') order by 1;
select setval('sq_end', 9007199254740993 - 30000);
update londiste.seq_info set last_value = 9007199254740993 - 30000 where seq_name = 'public.sq_end';
select ret_note from londiste.root_check_seqs('sq');
select last_value from londiste.get_seq_list('sq') where seq_name = 'public.sq_end';
select londiste._move_seq('sq_down', -9223372036854775807), londiste._move_seq('sq_end', 9223372036854775807);
select (select last_value from sq_down), (select last_value from sq_end);
-- One that cycles is told, as long as it does.
alter sequence sq_end cycle;
select ret_note from londiste.root_check_seqs('sq');
select kind, subject, severity, message, hint from pgq.get_conditions('sq');
alter sequence sq_end no cycle;
select ret_note from londiste.root_check_seqs('sq');
select count(*) from pgq.get_conditions('sq');
alter sequence sq_end cycle;
select ret_note from londiste.root_check_seqs('sq');
select kind, subject from pgq.get_conditions('sq');
select ret_note from londiste.local_remove_seq('sq', 'sq_end') union all select ret_note from londiste.local_remove_seq('sq', 'sq_down');
drop sequence sq_end, sq_down;
select count(*) from pgq.get_conditions('sq');
set client_min_messages = warning;
select count(*) > 0 as events from events();
delete from londiste.seq_publish;
update londiste.seq_info set last_value = 30100;
select setval('sq_fresh', 20000);
select ret_note from londiste.root_check_seqs('sq');

-- looked at every two minutes: 160 a second from rest, then a third more each time, then 5000 a second: never overtaken
do $$
declare
    at          bigint := 1;
    speed       numeric := 160;
    is_ahead    boolean := true;
    rounds      int := 0;
begin
    delete from londiste.seq_publish;
    update londiste.seq_info set last_value = 0;
    perform setval('sq_fresh', at);
    perform londiste.root_check_seqs('sq');
    while is_ahead and rounds < 30 loop
        rounds := rounds + 1;
        at := at + 120 * speed;
        perform setval('sq_fresh', at);
        update londiste.seq_publish set publish_time = publish_time - interval '2 minutes';
        select last_value > at into is_ahead from londiste.seq_info;
        perform londiste.root_check_seqs('sq');
        speed := least(speed * 1.3, 5000);
    end loop;
    raise warning 'ahead after % rounds: %, then % a second', rounds, is_ahead, speed;
end;
$$;
select count(*) from events() ev where ev like '%update-seq%';
select ret_note from londiste.local_remove_seq('sq', 'sq_fresh');
select events();

-- never beyond the middle of what is left
create sequence sq_small as smallint;
select setval('sq_small', 767);
select ret_note from londiste.local_add_seq('sq', 'sq_small');
select last_value from londiste.get_seq_list('sq');
select setval('sq_small', 10000);
select ret_note from londiste.root_check_seqs('sq');
select last_value from londiste.get_seq_list('sq');
select setval('sq_small', 32766);
select ret_note from londiste.root_check_seqs('sq');
select last_value from londiste.get_seq_list('sq');
select setval('sq_small', 32767);
select ret_note from londiste.root_check_seqs('sq');
select ret_note from londiste.root_check_seqs('sq');
select ret_note from londiste.local_remove_seq('sq', 'sq_small');
select events();

-- downwards
create sequence sq_down increment -1 minvalue -2000000000 maxvalue 1000 start 1000;
select ret_note from londiste.local_add_seq('sq', 'sq_down');
select last_value from londiste.get_seq_list('sq');
select setval('sq_down', -8999);
select ret_note from londiste.root_check_seqs('sq');
select last_value from londiste.get_seq_list('sq');
select setval('sq_down', -9000);
select ret_note from londiste.root_check_seqs('sq');
select last_value from londiste.get_seq_list('sq');
select ret_note from londiste.local_remove_seq('sq', 'sq_down');
-- to zero and no further: 0 is not taken for published
create sequence sq_zero increment -1 minvalue 0 maxvalue 1000 start 1000;
select ret_note from londiste.local_add_seq('sq', 'sq_zero');
select last_value from londiste.get_seq_list('sq');
select setval('sq_zero', 0);
select ret_note from londiste.root_check_seqs('sq');
select last_value from londiste.get_seq_list('sq');
select ret_note from londiste.local_remove_seq('sq', 'sq_zero');
-- large steps count as nextvals, not as values; the whole range of bigint
create sequence sq_steps increment 1000;
select ret_note from londiste.local_add_seq('sq', 'sq_steps');
select last_value from londiste.get_seq_list('sq');
select ret_note from londiste.local_remove_seq('sq', 'sq_steps');
create sequence sq_wide minvalue -9223372036854775808 maxvalue 9223372036854775807 start -9223372036854775808;
select ret_note from londiste.local_add_seq('sq', 'sq_wide');
select last_value from londiste.get_seq_list('sq');
select ret_note from londiste.local_remove_seq('sq', 'sq_wide');
-- one that starts over is published past its end, a quarter of its range ahead at most
create sequence sq_cycle maxvalue 100000 cycle;
select ret_note from londiste.local_add_seq('sq', 'sq_cycle');
select last_value from londiste.get_seq_list('sq');
create function cycle_to(i_value bigint, out published bigint) language sql as $$
    select setval('sq_cycle', i_value);
    update londiste.seq_publish set publish_time = publish_time - interval '1 hour' where seq_name = 'public.sq_cycle';
    select londiste.root_check_seqs('sq');
    select last_value from londiste.seq_info where seq_name = 'public.sq_cycle';
$$;
select cycle_to(5000), cycle_to(10000), cycle_to(30000), cycle_to(50000), cycle_to(70000);
select cycle_to(80000), cycle_to(88000), cycle_to(100000), cycle_to(1), cycle_to(10000);
-- overtaken, also round the end
select cycle_to(50000), cycle_to(99000), cycle_to(30000);
-- downwards
alter sequence sq_cycle increment -1 minvalue 1 maxvalue 100000 restart 100000;
delete from londiste.seq_publish where seq_name = 'public.sq_cycle';
update londiste.seq_info set last_value = 0 where seq_name = 'public.sq_cycle';
select cycle_to(100000), cycle_to(90000), cycle_to(60000), cycle_to(20000), cycle_to(5000);
select cycle_to(1), cycle_to(99990), cycle_to(90000);
delete from pgq.event_template;

-- a sequence that is gone does not keep the others from being published
create sequence sq_other;
select ret_note from londiste.local_add_seq('sq', 'sq_other');
drop sequence sq_cycle;
select setval('sq_other', 17000);
select ret_note from londiste.root_check_seqs('sq');
select seq_name, last_value >= 47000 as ahead from londiste.get_seq_list('sq');
select ret_note from londiste.local_remove_seq('sq', 'sq_cycle');
select ret_note from londiste.global_remove_seq('sq', 'sq_other');
select count(*) from londiste.seq_publish;
-- names that need quotes
create schema "Sq";
create sequence "Sq"."a b";
select ret_note from londiste.local_add_seq('sq', 'Sq.a b');
select ret_note from londiste.local_remove_seq('sq', 'Sq.a b');

-- subscribers
select ret_note from pgq_node.register_location('sql', 'r', 'dbname=r', false);
select ret_note from pgq_node.register_location('sql', 'l', 'dbname=l', false);
select ret_note from pgq_node.create_node('sql', 'leaf', 'l', 'l_worker', 'r', 1, null);
select * from londiste.local_add_seq('sql', 'sq_other');
select * from londiste.root_check_seqs('sql');
select * from londiste.global_update_seq('sql', 'sq_other', 5000000);
select * from londiste.global_update_seq('sql', 'sq_small', 5000000);
select * from londiste.global_update_seq('sql', 'sq_down', -5000000);
select last_value from sq_other;
select * from londiste.local_add_seq('sql', 'sq_other');
select * from londiste.local_add_seq('sql', 'sq_other');
select last_value, is_called from sq_other;
-- forward, not back
select ret_note from londiste.global_update_seq('sql', 'sq_other', 6000000);
select last_value from sq_other;
select ret_note from londiste.global_update_seq('sql', 'sq_other', 5500000);
select last_value from sq_other;
select nextval('sq_other');
-- within the limits here
alter sequence sq_small restart 5;
select ret_note from londiste.local_add_seq('sql', 'sq_small');
select last_value from sq_small;
-- downwards
select last_value from sq_down;
select ret_note from londiste.local_add_seq('sql', 'sq_down');
select last_value from sq_down;
select ret_note from londiste.global_update_seq('sql', 'sq_down', -4000000);
select last_value from sq_down;
-- one that cycles goes on at its start when the value has passed its end, and is not moved back otherwise
create sequence sq_round maxvalue 1000 cycle;
select setval('sq_round', 900);
select londiste._move_seq('sq_round', 700), londiste._move_seq('sq_round', 400);
select last_value from sq_round;
select londiste._move_seq('sq_round', 390);
select last_value from sq_round;
alter sequence sq_round increment -1 restart 100;
select londiste._move_seq('sq_round', 200);
select last_value from sq_round;
select londiste._move_seq('sq_round', 800);
select last_value from sq_round;
drop sequence sq_round;
-- not for one that is not taken, and one that is gone is an error
select ret_note from londiste.local_remove_seq('sql', 'sq_other');
select * from londiste.local_remove_seq('sql', 'sq_other');
select ret_note from londiste.global_update_seq('sql', 'sq_other', 7000000);
select last_value from sq_other;
drop sequence sq_small;
select ret_note from londiste.global_update_seq('sql', 'sq_small', 7000000);
select * from londiste.get_seq_list('sql');
select * from londiste.global_remove_seq('sql', 'sq_small');
select * from londiste.global_remove_seq('sql', 'sq_small');

-- Planned switch: exactly the root's position, also back; nothing of what was published stays.
create sequence sq_exact;
create sequence sq_bound as smallint;
select ret_note from londiste.global_update_seq('sql', 'sq_exact', 30001) union all select ret_note from londiste.global_update_seq('sql', 'sq_bound', 500)
    union all select ret_note from londiste.global_update_seq('sql', 'sq_gone', 500);
select * from londiste.local_set_seq_position('sql', 'sq_exact', 7, true);
select ret_note from londiste.local_add_seq('sql', 'sq_exact') union all select ret_note from londiste.local_add_seq('sql', 'sq_bound');
update londiste.seq_info set local = true where seq_name = 'public.sq_gone';
insert into londiste.seq_publish (queue_name, seq_name, seq_value) values ('sql', 'public.sq_exact', 1);
select * from londiste.get_seq_positions('sql');
select * from londiste.get_seq_positions('nowhere');
select * from londiste.local_set_seq_position('sql', 'sq_exact', 7, true);
select * from londiste.local_set_seq_position('sql', 'public.sq_bound', 1, false);
select * from londiste.local_set_seq_position('sql', 'sq_gone', 1, false);
select * from londiste.local_set_seq_position('nowhere', 'sq_exact', 1, false);
select * from londiste.local_set_seq_position('sql', 'sq_bound', 32768, true);
select * from londiste.get_seq_positions('sql');
select nextval('sq_exact'), nextval('sq_bound');
select count(*) from londiste.seq_publish where queue_name = 'sql';
select * from londiste.get_seq_list('sql');
drop sequence sq_exact, sq_bound;

select ret_note from pgq_node.drop_node('sql', 'l');
select ret_note from pgq_node.drop_node('sq', 'r');
select count(*) from londiste.seq_info;
drop sequence sq_fresh, sq_down, sq_zero, sq_steps, sq_wide, sq_other;
drop schema "Sq" cascade;
drop function events, cycle_to;
