// The soak's own tables, beside schema pgq in the same database, so that a crash of the server
// takes or keeps both together.
#pragma once

namespace soak {

// soak_committed      one row per event, written in the event's own transaction: the truth at the
// end soak_source         a table with the capture trigger soak_plain          what consumer
// `plain` received, one attempt at a batch per transaction soak_keeper         what consumer
// `keeper` is done with; soak_keeper_batch the batches whose events are all done or put off
// soak_exact          what consumer `exact` received; soak_exact_position the tick it has got to
// soak_complaint      what a consumer found wrong
inline constexpr const char* kTables = R"(
create table soak_committed (key text not null);
create table soak_source (key text primary key);
create table soak_plain (attempt bigint not null, batch_id bigint not null, ev_id bigint not null, key text not null);
create sequence soak_attempt;
create table soak_plain_attempt (attempt bigint primary key, batch_id bigint not null);
create table soak_keeper (batch_id bigint not null, ev_id bigint not null, ev_retry int not null, key text not null);
create table soak_keeper_batch (batch_id bigint primary key);
create table soak_exact (tick_id bigint not null, ev_id bigint not null, key text not null);
create table soak_exact_position (tick_id bigint not null);
create table soak_complaint (consumer text not null, words text not null, at timestamptz not null default clock_timestamp());
select pgq.create_queue('soak');
select pgq.set_queue_config('soak', 'rotation_period', '20 seconds');
select pgq.set_queue_config('soak', 'ticker_max_lag', '1 second');
select pgq.set_queue_config('soak', 'ticker_idle_period', '2 seconds');
select pgq.set_queue_config('soak', 'ticker_max_count', '200');
select pgq.register_consumer('soak', c) from unnest(array['plain', 'keeper', 'exact']) c;
insert into soak_exact_position select sub_last_tick from pgq.subscription s join pgq.consumer c on c.co_id = s.sub_consumer where c.co_name = 'exact';
create trigger capture after insert on soak_source for each row execute procedure pgq.logutriga('soak');
)";

}  // namespace soak
