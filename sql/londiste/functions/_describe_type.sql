-- londiste._describe_type(i_type): what a type is made of.
--
-- schema, type    its name; name: as statements have it
-- kind            e enum, d domain, c composite, r range; b any other, which only an extension or C can make
-- extension       that it belongs to
-- labels          of an enum, in order: oid, label
-- base, collation, not_null, default, checks (oid, name, definition, whether volatile)     of a domain
-- attributes      of a composite type: number, name, type, collation
-- range           the options of CREATE TYPE ... AS RANGE; canonical: it has a function that makes values canonical
-- Called by: _note_types, _follow_types, _new_types_script.
create or replace function londiste._describe_type(i_type oid)
returns jsonb as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'schema', n.nspname, 'type', t.typname, 'name', pg_catalog.format_type(t.oid, null), 'kind', t.typtype,
        'extension', (select e.extname from pg_catalog.pg_depend d join pg_catalog.pg_extension e on e.oid = d.refobjid
                      where d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.objid = t.oid and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and d.deptype = 'e'),
        'labels', (select jsonb_agg(jsonb_build_array(e.oid, e.enumlabel) order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = t.oid),
        'attributes', (select jsonb_agg(jsonb_build_array(a.attnum, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
                                                          case when a.attcollation <> y.typcollation then pg_catalog.format('%I.%I', cn.nspname, l.collname) end) order by a.attnum)
                       from pg_catalog.pg_attribute a
                       join pg_catalog.pg_type y on y.oid = a.atttypid
                       left join pg_catalog.pg_collation l on l.oid = a.attcollation
                       left join pg_catalog.pg_namespace cn on cn.oid = l.collnamespace
                       where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped)))
        || case when t.typtype <> 'd' then '{}' else jsonb_build_object(
            'base', pg_catalog.format_type(t.typbasetype, t.typtypmod),
            'collation', (select pg_catalog.format('%I.%I', cn.nspname, l.collname)
                          from pg_catalog.pg_type b, pg_catalog.pg_collation l join pg_catalog.pg_namespace cn on cn.oid = l.collnamespace
                          where b.oid = t.typbasetype and l.oid = t.typcollation and b.typcollation <> t.typcollation),
            'not_null', t.typnotnull, 'default', pg_catalog.pg_get_expr(t.typdefaultbin, 0),
            'checks', (select coalesce(jsonb_agg(jsonb_build_array(k.oid, k.conname, pg_catalog.pg_get_constraintdef(k.oid), londiste._volatility(k.conbin::text) = 'v') order by k.conname), '[]')
                       from pg_catalog.pg_constraint k where k.contypid = t.oid and k.contype = 'c')) end
        || coalesce((
            select jsonb_build_object('canonical', r.rngcanonical <> 0, 'range', pg_catalog.concat_ws(', ',
                'subtype = ' || pg_catalog.format_type(r.rngsubtype, null),
                case when not o.opcdefault then pg_catalog.format('subtype_opclass = %I.%I', oc.nspname, o.opcname) end,
                case when r.rngcollation <> s.typcollation then pg_catalog.format('collation = %I.%I', cn.nspname, l.collname) end,
                'subtype_diff = ' || (select pg_catalog.format('%I.%I', pn.nspname, p.proname)
                                      from pg_catalog.pg_proc p join pg_catalog.pg_namespace pn on pn.oid = p.pronamespace where p.oid = r.rngsubdiff)))
            from pg_catalog.pg_range r
            join pg_catalog.pg_type s on s.oid = r.rngsubtype
            join pg_catalog.pg_opclass o on o.oid = r.rngsubopc
            join pg_catalog.pg_namespace oc on oc.oid = o.opcnamespace
            left join pg_catalog.pg_collation l on l.oid = r.rngcollation
            left join pg_catalog.pg_namespace cn on cn.oid = l.collnamespace
            where r.rngtypid = t.oid), '{}')
    from pg_catalog.pg_type t
    join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    where t.oid = i_type;
$$ language sql strict stable set search_path = pg_catalog, pg_temp set datestyle = 'ISO' set intervalstyle = 'postgres' set extra_float_digits = 1 set bytea_output = 'hex';
