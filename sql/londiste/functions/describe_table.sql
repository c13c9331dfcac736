-- londiste.describe_table(i_table): all that a table is made of, a row for each part, from the catalogue of any PostgreSQL from 13 on.
--
--   kind            name               key                      def
--   table           schema.table       oid                      what pg_class says of it
--   column          column             number (attnum)          type, default, identity, storage, ...
--   constraint      constraint         oid                      those of the kinds c, f, p, u, x; NOT NULL is with the column
--   index           index              oid                      those that no constraint stands on
--   trigger         trigger            oid                      but for internal ones and those that come with a parent's; ours: it publishes to a queue
--   rule, policy    name               oid
--   grant           role or "public"   "", or a column
--   sequence        schema.sequence    column                   those that a column owns (identity, serial) or that its default reads; owned tells
--   sequence_grant  role or "public"   schema.sequence          of owned ones
--   statistics      schema.statistics  oid                      extended ones
--   partition       schema.table       oid                      directly below
--   requirement     name               type, function, ...      what must be there before the table can be: neither built in nor part of it
--
-- Names of relations are schema.name without quotes, quoted is as definitions have them; definitions and expressions are as pg_get_constraintdef and the like give them. What is not set is not in def. Rows in
-- the order of kinds above, columns by place, the rest by name.
--
-- londiste runs the text of this one query with a parameter in place of i_table, too, where the node's SQL does not have the function. The names in definitions are qualified
-- when nothing but pg_catalog is in search_path: the function sees to that itself, who runs the text has to. What a newer PostgreSQL added to a catalogue is read through
-- to_jsonb.
-- Called by: add-table --create and --create-full (the text).
create or replace function londiste.describe_table(
    in i_table oid,
    out kind text, out name text, out key text, out def jsonb)
returns setof record as $$
    with rel as (
        select c.oid, c.relname, c.relnamespace, c.relowner, c.relacl, c.relispartition, n.nspname, n.nspname || '.' || c.relname as fqname
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.oid = i_table
    ), comments as not materialized (
        select d.classoid, d.objoid, d.objsubid, d.description
        from pg_catalog.pg_description d
    ), cols as (
        select a.attname, a.attnum, a.atttypid, row_number() over (order by a.attnum) as place, a.attacl, a as att, pg_catalog.to_jsonb(a) as newer
        from pg_catalog.pg_attribute a
        where a.attrelid = i_table and a.attnum > 0 and not a.attisdropped
    ), indexes as (
        select i.indexrelid, i.indisunique, i.indisvalid, i.indisclustered, i.indisreplident, pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct' = 'true' as nulls_not_distinct,
               c.relname, c.reloptions, s.spcname,
               (select pn.nspname || '.' || p.relname
                from pg_catalog.pg_inherits h
                join pg_catalog.pg_class p on p.oid = h.inhparent
                join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
                where h.inhrelid = i.indexrelid) as parent,
               (select pg_catalog.jsonb_agg(a.attnum || '=' || a.attstattarget order by a.attnum)
                from pg_catalog.pg_attribute a
                where a.attrelid = i.indexrelid and a.attstattarget >= 0) as statistics
        from pg_catalog.pg_index i
        join pg_catalog.pg_class c on c.oid = i.indexrelid
        left join pg_catalog.pg_tablespace s on s.oid = c.reltablespace
        where i.indrelid = i_table
    ), constraints as (
        select k.oid, k.conname, k.contype, k.conislocal, k.coninhcount, k.connoinherit, k.convalidated, k.conindid, k.confrelid, k.conkey, k.confkey,
               pg_catalog.to_jsonb(k) as newer
        from pg_catalog.pg_constraint k
        -- without parts of a foreign key: those that partitions of either side have from it
        where k.conrelid = i_table and k.contype in ('c', 'f', 'p', 'u', 'x') and not (k.contype = 'f' and k.conparentid <> 0)
    ), triggers as (
        select t.oid, t.tgname, t.tgenabled, t.tgfoid, pn.nspname, p.proname,
               pn.nspname = 'pgq' and p.proname in ('sqltriga', 'logutriga', 'jsontriga') or pn.nspname = 'londiste' and p.proname in ('truncate_trigger', 'partition_trigger')
                   as ours
        from pg_catalog.pg_trigger t
        join pg_catalog.pg_proc p on p.oid = t.tgfoid
        join pg_catalog.pg_namespace pn on pn.oid = p.pronamespace
        where t.tgrelid = i_table and not t.tgisinternal and t.tgparentid = 0
    ), rules as (
        select r.oid, r.rulename, r.ev_enabled from pg_catalog.pg_rewrite r where r.ev_class = i_table and r.rulename <> '_RETURN'
    ), extended as (
        select s.oid, n.nspname || '.' || s.stxname as fqname, pg_catalog.format('%I.%I', n.nspname, s.stxname) as quoted, s.stxowner, pg_catalog.to_jsonb(s) as newer
        from pg_catalog.pg_statistic_ext s
        join pg_catalog.pg_namespace n on n.oid = s.stxnamespace
        where s.stxrelid = i_table
    ), defaults as (
        select d.oid, d.adnum, d.adbin, d.adrelid, a.attgenerated
        from pg_catalog.pg_attrdef d
        join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
        where d.adrelid = i_table
    ), used as (
        -- an identity's sequence hangs on its column internally, a serial's automatically
        select d.objid as seq, d.refobjsubid as attnum, true as owned, d.deptype = 'i' as is_identity
        from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
            and d.refobjid = i_table and d.refobjsubid > 0 and d.deptype in ('a', 'i')
        union
        select d.refobjid, a.adnum, false, false
        from defaults a
        join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and d.objid = a.oid
            and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        where not exists (
            select 1 from pg_catalog.pg_depend o
            where o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.objid = d.refobjid and o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                and o.refobjid = i_table and o.refobjsubid > 0 and o.deptype in ('a', 'i'))
    ), seqs as (
        select c.oid, n.nspname || '.' || c.relname as fqname, n.nspname, c.relname, u.owned, u.is_identity, k.attname, c.relowner, c.relacl, c.relpersistence, s.seqtypid, s.seqstart,
               s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle
        from used u
        join pg_catalog.pg_class c on c.oid = u.seq and c.relkind = 'S'
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_sequence s on s.seqrelid = c.oid
        left join cols k on k.attnum = u.attnum
    ), parts as (
        select 'column' as kind, 'pg_catalog.pg_class'::pg_catalog.regclass as classid, i_table as objid
        union all select 'index', 'pg_catalog.pg_class'::pg_catalog.regclass, x.indexrelid from indexes x
        union all select case when d.attgenerated = '' then 'default' else 'column' end, 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid from defaults d
        union all select 'constraint', 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid from constraints k
        union all select 'trigger', 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid from triggers t where not t.ours
        union all select 'rule', 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid from rules r
        union all select 'statistics', 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid from extended s
    ), needs as (
        select d.refclassid, d.refobjid, pg_catalog.jsonb_agg(distinct p.kind) as needed_by
        from parts p
        join pg_catalog.pg_depend d on d.classid = p.classid and d.objid = p.objid
        where d.refclassid in ('pg_catalog.pg_type'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass,
                               'pg_catalog.pg_opclass'::pg_catalog.regclass)
                and d.refobjid >= 16384     -- what initdb made is everywhere
            -- but for collations, which it finds in the operating system
            or d.refclassid = 'pg_catalog.pg_collation'::pg_catalog.regclass and d.refobjid > 0
        group by 1, 2
    ), described as (
        select 1 as kind_nr, 'table' as kind, r.fqname as name, r.oid::text as key, pg_catalog.jsonb_build_object(
                   'schema', r.nspname, 'name', r.relname, 'quoted', pg_catalog.format('%I.%I', r.nspname, r.relname), 'relkind', c.relkind, 'persistence', c.relpersistence, 'access_method', m.amname, 'tablespace', s.spcname,
                   'owner', pg_catalog.pg_get_userbyid(c.relowner), 'row_security', nullif(c.relrowsecurity, false), 'force_row_security', nullif(c.relforcerowsecurity, false),
                   'replica_identity', c.relreplident, 'comment', d.description, 'partition_key', pg_catalog.pg_get_partkeydef(c.oid),
                   'bound', pg_catalog.pg_get_expr(c.relpartbound, c.oid), 'of_type', pg_catalog.format_type(nullif(c.reloftype, 0), null),
                   'partition_of', (select pn.nspname || '.' || p.relname
                                    from pg_catalog.pg_inherits h
                                    join pg_catalog.pg_class p on p.oid = h.inhparent
                                    join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
                                    where h.inhrelid = c.oid and c.relispartition),
                   'parents', (select pg_catalog.jsonb_agg(pn.nspname || '.' || p.relname order by h.inhseqno)
                               from pg_catalog.pg_inherits h
                               join pg_catalog.pg_class p on p.oid = h.inhparent
                               join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
                               where h.inhrelid = c.oid and not c.relispartition),
                   'options', (select pg_catalog.jsonb_agg(o.option order by o.option)
                               from (select pg_catalog.unnest(c.reloptions)
                                     union all
                                     select 'toast.' || pg_catalog.unnest(t.reloptions) from pg_catalog.pg_class t where t.oid = c.reltoastrelid) o (option))) as def,
               0::bigint as place
        from rel r
        join pg_catalog.pg_class c on c.oid = r.oid
        left join pg_catalog.pg_am m on m.oid = c.relam
        left join pg_catalog.pg_tablespace s on s.oid = c.reltablespace
        left join comments d on d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objoid = c.oid and d.objsubid = 0
        union all
        select 2, 'column', a.attname, a.attnum::text, pg_catalog.jsonb_build_object(
                   'type', pg_catalog.format_type(a.atttypid, (a.att).atttypmod), 'type_schema', tn.nspname, 'type_name', e.typname, 'type_kind', e.typtype,
                   'extension', (select x.extname
                                 from pg_catalog.pg_depend d
                                 join pg_catalog.pg_extension x on x.oid = d.refobjid
                                 where d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.objid = e.oid and d.deptype = 'e'
                                     and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass),
                   'collation', case when (a.att).attcollation <> t.typcollation then
                                    (select pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(l.collname)
                                     from pg_catalog.pg_collation l
                                     join pg_catalog.pg_namespace cn on cn.oid = l.collnamespace
                                     where l.oid = (a.att).attcollation) end,
                   'not_null', nullif((a.att).attnotnull, false), 'not_null_constraint', nn.conname, 'not_null_not_valid', nullif(not nn.convalidated, false),
                   'not_null_no_inherit', nullif(nn.connoinherit, false),
                   'default', case when (a.att).attgenerated = '' then pg_catalog.pg_get_expr(f.adbin, f.adrelid) end,
                   'generated', nullif((a.att).attgenerated, ''), 'expression', case when (a.att).attgenerated <> '' then pg_catalog.pg_get_expr(f.adbin, f.adrelid) end,
                   -- what a partition has from its parent is not its own, and told by new servers only
                   'identity', case when exists (select 1 from used u where u.attnum = a.attnum and u.is_identity) then nullif((a.att).attidentity, '') end, 'storage', case when (a.att).attstorage <> t.typstorage then (a.att).attstorage end,
                   'compression', nullif(a.newer ->> 'attcompression', ''), 'statistics', nullif((a.newer ->> 'attstattarget')::pg_catalog.int4, -1),
                   'comment', d.description, 'is_local', (a.att).attislocal, 'inherited', nullif((a.att).attinhcount > 0, false),
                   -- minor releases of late keep an option pg_attver there for themselves
                   'options', (select pg_catalog.jsonb_agg(o.option order by o.option)
                               from pg_catalog.unnest((a.att).attoptions) o (option)
                               where not pg_catalog.starts_with(o.option, 'pg_')),
                   'missing_value', case when (a.att).atthasmissing then (a.att).attmissingval::text end),
               a.place
        from cols a
        join pg_catalog.pg_type t on t.oid = a.atttypid
        -- of an array what it holds
        join pg_catalog.pg_type e on e.oid = case when t.typlen = -1 and t.typelem <> 0 then t.typelem else t.oid end
        join pg_catalog.pg_namespace tn on tn.oid = e.typnamespace
        left join defaults f on f.adnum = a.attnum
        left join pg_catalog.pg_constraint nn on nn.conrelid = i_table and nn.contype = 'n' and nn.conkey = array[a.attnum]
        left join comments d on d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objoid = i_table and d.objsubid = a.attnum
        union all
        select 3, 'constraint', k.conname, k.oid::text, pg_catalog.jsonb_build_object(
                   'type', k.contype, 'definition', pg_catalog.pg_get_constraintdef(k.oid), 'is_local', k.conislocal, 'inherited', nullif(k.coninhcount > 0, false),
                   'no_inherit', case when k.contype = 'c' then nullif(k.connoinherit, false) end, 'not_valid', nullif(not k.convalidated, false),
                   'not_enforced', nullif(k.newer ->> 'conenforced' = 'false', false), 'period', nullif(k.newer ->> 'conperiod' = 'true', false),
                   'columns', (select pg_catalog.jsonb_agg(a.attname order by u.nr)
                               from pg_catalog.unnest(k.conkey) with ordinality u (attnum, nr)
                               join cols a on a.attnum = u.attnum),
                   'references', (select rn.nspname || '.' || c.relname
                                  from pg_catalog.pg_class c
                                  join pg_catalog.pg_namespace rn on rn.oid = c.relnamespace
                                  where c.oid = k.confrelid),
                   'index', x.relname, 'index_options', x.reloptions, 'tablespace', x.spcname, 'clustered', nullif(x.indisclustered, false),
                   'replica_identity', nullif(x.indisreplident, false), 'nulls_not_distinct', nullif(x.nulls_not_distinct, false), 'parent_index', x.parent,
                   'comment', d.description, 'index_comment', xd.description),
               0
        from constraints k
        left join indexes x on x.indexrelid = k.conindid and k.contype in ('p', 'u', 'x')
        left join comments d on d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and d.objoid = k.oid
        left join comments xd on xd.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and xd.objoid = x.indexrelid and xd.objsubid = 0
        union all
        select 4, 'index', x.relname, x.indexrelid::text, pg_catalog.jsonb_build_object(
                   'definition', pg_catalog.pg_get_indexdef(x.indexrelid), 'unique', nullif(x.indisunique, false), 'invalid', nullif(not x.indisvalid, false),
                   'clustered', nullif(x.indisclustered, false), 'replica_identity', nullif(x.indisreplident, false),
                   'nulls_not_distinct', nullif(x.nulls_not_distinct, false), 'tablespace', x.spcname, 'parent_index', x.parent, 'statistics', x.statistics,
                   'comment', d.description),
               0
        from indexes x
        left join comments d on d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objoid = x.indexrelid and d.objsubid = 0
        where not exists (select 1 from constraints k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))
        union all
        select 5, 'trigger', t.tgname, t.oid::text, pg_catalog.jsonb_build_object(
                   'definition', pg_catalog.pg_get_triggerdef(t.oid), 'enabled', t.tgenabled, 'ours', nullif(t.ours, false), 'function', t.nspname || '.' || t.proname,
                   'comment', d.description),
               0
        from triggers t
        left join comments d on d.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass and d.objoid = t.oid
        union all
        select 6, 'rule', r.rulename, r.oid::text, pg_catalog.jsonb_build_object(
                   'definition', pg_catalog.pg_get_ruledef(r.oid), 'enabled', r.ev_enabled, 'comment', d.description),
               0
        from rules r
        left join comments d on d.classoid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objoid = r.oid
        union all
        select 7, 'policy', p.polname, p.oid::text, pg_catalog.jsonb_build_object(
                   'command', p.polcmd, 'restrictive', nullif(not p.polpermissive, false),
                   'roles', (select pg_catalog.jsonb_agg(case when u.r = 0 then 'public' else pg_catalog.pg_get_userbyid(u.r) end order by 1)
                             from pg_catalog.unnest(p.polroles) u (r)),
                   'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid), 'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), 'comment', d.description),
               0
        from pg_catalog.pg_policy p
        left join comments d on d.classoid = 'pg_catalog.pg_policy'::pg_catalog.regclass and d.objoid = p.oid
        where p.polrelid = i_table
        union all
        select 8, 'grant', g.grantee, g.col, pg_catalog.jsonb_build_object(
                   'privileges', pg_catalog.jsonb_agg(distinct g.privilege), 'grantable', pg_catalog.jsonb_agg(distinct g.privilege) filter (where g.grantable),
                   -- the owner's are not told unless some were taken away
                   'revoked', nullif(g.is_owner, false)),
               0
        from (select case when x.grantee = 0 then 'public' else pg_catalog.pg_get_userbyid(x.grantee) end, '', x.privilege_type, x.is_grantable, x.grantee = r.relowner
              from rel r
              cross join lateral pg_catalog.aclexplode(r.relacl) x
              where x.grantee <> r.relowner
                  or exists (select 1 from pg_catalog.aclexplode(pg_catalog.acldefault('r', r.relowner)) d
                             where d.grantee = r.relowner and not (r.relacl @> pg_catalog.makeaclitem(r.relowner, r.relowner, d.privilege_type, false)))
              union all
              select case when x.grantee = 0 then 'public' else pg_catalog.pg_get_userbyid(x.grantee) end, a.attname, x.privilege_type, x.is_grantable, false
              from cols a
              cross join lateral pg_catalog.aclexplode(a.attacl) x) g (grantee, col, privilege, grantable, is_owner)
        group by g.grantee, g.col, g.is_owner
        union all
        select 9, 'sequence', s.fqname, s.attname, pg_catalog.jsonb_build_object(
                   'quoted', pg_catalog.format('%I.%I', s.nspname, s.relname), 'owned', s.owned, 'identity', nullif(s.is_identity, false), 'type', pg_catalog.format_type(s.seqtypid, null), 'start', s.seqstart, 'increment', s.seqincrement,
                   'minimum', s.seqmin, 'maximum', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle, 'persistence', s.relpersistence,
                   'owner', pg_catalog.pg_get_userbyid(s.relowner), 'comment', d.description),
               0
        from seqs s
        left join comments d on d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objoid = s.oid and d.objsubid = 0
        union all
        select 10, 'sequence_grant', g.grantee, g.fqname, pg_catalog.jsonb_build_object(
                   'privileges', pg_catalog.jsonb_agg(distinct g.privilege), 'grantable', pg_catalog.jsonb_agg(distinct g.privilege) filter (where g.grantable)),
               0
        from (select s.fqname, case when x.grantee = 0 then 'public' else pg_catalog.pg_get_userbyid(x.grantee) end, x.privilege_type, x.is_grantable
              from seqs s
              cross join lateral pg_catalog.aclexplode(s.relacl) x
              where s.owned and x.grantee <> s.relowner) g (fqname, grantee, privilege, grantable)
        group by g.fqname, g.grantee
        union all
        select 11, 'statistics', s.fqname, s.oid::text, pg_catalog.jsonb_build_object(
                   'quoted', s.quoted, 'definition', pg_catalog.pg_get_statisticsobjdef(s.oid), 'target', nullif((s.newer ->> 'stxstattarget')::pg_catalog.int4, -1),
                   'expressions', nullif(s.newer ->> 'stxexprs' is not null, false), 'owner', pg_catalog.pg_get_userbyid(s.stxowner), 'comment', d.description),
               0
        from extended s
        left join comments d on d.classoid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass and d.objoid = s.oid
        union all
        select 12, 'partition', pn.nspname || '.' || p.relname, p.oid::text, pg_catalog.jsonb_build_object('bound', pg_catalog.pg_get_expr(p.relpartbound, p.oid)), 0
        from pg_catalog.pg_inherits h
        join pg_catalog.pg_class p on p.oid = h.inhrelid and p.relispartition
        join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
        where h.inhparent = i_table
        union all
        select 13, 'requirement', case when i.type = 'operator class' then a.object_names[2] || '.' || a.object_names[3] else i.identity end, i.type,
               pg_catalog.jsonb_build_object(
                   'needed_by', q.needed_by, 'method', case when i.type = 'operator class' then a.object_names[1] end,
                   'extension', (select x.extname
                                 from pg_catalog.pg_depend d
                                 join pg_catalog.pg_extension x on x.oid = d.refobjid
                                 where d.classid = q.refclassid and d.deptype = 'e' and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
                                     and d.objid = coalesce((select nullif(t.typelem, 0) from pg_catalog.pg_type t
                                                             where q.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and t.oid = q.refobjid and t.typlen = -1),
                                                            q.refobjid))),
               0
        from needs q
        cross join lateral pg_catalog.pg_identify_object(q.refclassid, q.refobjid, 0) i
        cross join lateral pg_catalog.pg_identify_object_as_address(q.refclassid, q.refobjid, 0) a
    )
    select d.kind, d.name, d.key, pg_catalog.jsonb_strip_nulls(d.def)
    from described d
    order by d.kind_nr, d.place, d.name, d.key;
$$ language sql strict stable set search_path = pg_catalog, pg_temp;
