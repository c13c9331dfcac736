#include "e2e/random/ddl_patterns.h"

namespace e2e {

const std::vector<std::string> kColumnPatterns = {
    "alter table {table} add column {name} {type}",
    "alter table {table} add column {name} {type} [[|not null ]]default {value}",
    "alter table {table} add column {name} timestamptz [[|not null ]]default "
    "[[now()|current_timestamp|clock_timestamp()]]",
    "alter table {table} add column {name} int generated always as (9) stored",
    "alter table {table} add column {name} text generated always as ({key}::text || 'g') stored",
    "alter table {table} add column {name} text default 'it''s', drop column {column}",
    "alter table {table} drop column {column}[[| cascade]]",
    "alter table {table} rename column [[{column}|{column}|{key}]] to {name}",
    "alter table {table} alter column {column} type {type}",
    "alter table {table} alter column {column} type {other_type} using {other_value}",
    "alter table {table} alter column {column} type {other_type} using case when {column}::text ~ "
    "'^[0-9][0-9]?$' then {column}::text else '7' end::text::{other_type}",
    "alter table {table} alter column {column} drop default, alter column {column} type "
    "{other_type} using nullif(left({column}::text, 2), '')::{other_type}, alter column {column} "
    "set default {other_value}",
    "alter table {table} alter column {key} type [[int|bigint]]",
    "alter table {table} alter column {column} set default {column_value}",
    "alter table {table} alter column {column} drop [[default|not null]]",
    "update {table} set {column} = {column_value} where {column} is null; alter table {table} "
    "alter column {column} set not null",
    "alter table {table} add column {name} text; update {table} set {name} = {key}; alter table "
    "{table} alter {name} type int using {name}::int",
    "comment on column {table}.{column} is [['comment {n}'|null]]",
    "comment on table {table} is 'it''s {n}'",
};

const std::vector<std::string> kKeyPatterns = {
    "create [[|unique ]]index [[|{name} ]]on {table} ({column}[[| desc|, {key}]])[[| where {key} > "
    "3]]",
    "create unique index on {table} ({key}, {column})",
    "create index on {table} ((lower({column}::text)))",
    "drop index {index}",
    "alter index {any_index} rename to {name}",
    "comment on index {any_index} is 'index {n}'",
    "alter table {table} add constraint {name} check ({column}::text <> '89')[[| not valid]]",
    "alter table {table} add check ({key} > -1000)",
    "alter table {table} validate constraint {invalid}",
    "alter table {table} rename constraint {constraint} to {name}",
    "alter table {table} drop constraint {no_key}",
    "comment on constraint {constraint} on {table} is 'constraint {n}'",
    "alter table {table} add constraint {name} unique ({column}, {key})[[| deferrable initially "
    "deferred]]",
    "alter table {table} add constraint {name} exclude using btree ({key} with =) where ({key} > "
    "7)",
    "create unique index {name} on {table} ({column}, {key}); alter table {table} add constraint "
    "{name2} unique using index {name}",
    "alter table {table} drop constraint {primary}[[| cascade]], add constraint {name} primary key "
    "({key})",
    "update {table} set {column} = {column_value} where {column} is null; alter table {table} drop "
    "constraint {primary}, add primary key ({key}, {column})",
    "alter table {table} add constraint {name} foreign key ({referring}) references {other}[[| on "
    "delete cascade| on delete set null on update cascade]] not valid",
    "update {table} set {referring} = (select min({other_key}) from {other}); alter table {table} "
    "add foreign key ({referring}) references {other} on update cascade on delete [[no "
    "action|cascade]]",
};

const std::vector<std::string> kTypePatterns = {
    "create type {schema}.{name} as enum ('sad', 'ok', 'b{n}'); alter table {table} add column "
    "{name2} {schema}.{name}[[| default 'ok'| not null default 'b{n}']]",
    "alter table {table} add column {name} {enum}[]",
    "create domain {schema}.{name} as [[int default 3|text not null default 'd'|numeric(9,2)]] "
    "check (value::text <> '95'); alter table {table} add column {name2} {schema}.{name}",
    "alter type {enum} add value 'v{n}'[[| before {label}| after {label}]]",
    "alter type {enum} rename value {label} to 'it''s {n}'",
    "alter type {enum} rename to {name}",
    "alter domain {domain} rename to {name}",
    "alter type [[{enum}|{domain}]] set schema {schema}",
    "alter domain {domain} add constraint {name} check (value::text <> '96')[[| not valid]]",
    "alter domain {domain} drop constraint {domain_check}",
    "alter domain {domain} validate constraint {domain_check}",
    "alter domain {domain} rename constraint {domain_check} to {name}",
    "alter domain {domain} [[set default 4|drop default|set not null|drop not null]]",
};

const std::vector<std::string> kTablePatterns = {
    "create table {room}{schema}.{name} (id int primary key, v text default 'd')[[|; insert into "
    "{schema}.{name} select i, 'first' from generate_series(1, 20) i]]",
    "create table {room}{schema}.{name} (id [[serial|bigserial|int generated always as "
    "identity|int generated by default as identity]] primary key, v {type} default {value}, w "
    "text)",
    "create table {room}{schema}.{name} (id int not null, v text); insert into {schema}.{name} "
    "select i, 'row' from generate_series(1, 500) i; alter table {schema}.{name} add primary key "
    "(id)",
    "create table {room}{schema}.{name} as select * from {table}; alter table {schema}.{name} add "
    "primary key ({key})",
    "create table {room}{schema}.{name} (like {table} including all)",
    "create table {room}{schema}.{name} (id int primary key, up {other_key_type} references "
    "{other}[[| on delete cascade]])",
    "create table {room}{schema}.{name} (id int primary key, v {type}) partition by range (id)[[|; "
    "create table {schema}.{name2} partition of {schema}.{name} default]]",
    "alter table {table} rename to {name}",
    "alter table {table} rename to {name}",
    "alter table {table} set schema {schema}",
    "alter schema {schema} rename to {letter}{n}",
    "drop table {spare}[[| cascade]]",
    "drop table {spare}[[|, {other}]] cascade",
    "drop table {spare} cascade; create table {table} (id int primary key, v text); insert into "
    "{table} values (7, 'again')",
    // another takes its place
    "create table {room}{schema}.{name} (like {table} including defaults); insert into "
    "{schema}.{name} select * from {table}; alter table {schema}.{name} add primary key ({key}); "
    "alter table {table} rename to {name2}; alter table {schema}.{name} set schema {table_schema}; "
    "alter table {table_schema}.{name} rename to {table_name}",
    "truncate {table}[[|, {other}]] cascade",
    "alter table {table} add column {name} int default 3; update {table} set {name} = 4; alter "
    "table {table} rename to {name2}",
};

const std::vector<std::string> kPartitionPatterns = {
    "create table {part} partition of {parted} {bound}",
    "create table {part} partition of {parted} {bound}",
    "create table {part} (like {parted} including all); alter table {parted} attach partition "
    "{part} {bound}",
    "create table {part} (like {parted} including all); select chance.fill('{part}', {d}); alter "
    "table {parted} attach partition {part} {bound}; select chance.write()",
    "alter table {parted} attach partition {loose} {loose_bound}",
    "alter table {parted} attach partition {loose} {loose_bound}",
    "alter table {parent} detach partition {partition}",
    "alter table {parent} detach partition {partition}; select chance.fill('{partition}', {d})",
    "alter table {parent} detach partition {partition} concurrently",
    "drop table {partition}",
    "truncate {partition}",
    "create table {schema}.{name} partition of {parted} default",
    "create table {part} partition of {parted} {bound} partition by range ({parted_key}); create "
    "table {schema}.{name} partition of {part} for values from (minvalue) to ({d}5); create table "
    "{schema}.{name2} partition of {part} default",
};

}  // namespace e2e
