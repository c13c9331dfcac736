-- ----------------------------------------------------------------------
-- pgq._urlencode(val)
--
--     Percent-encodes a text for the urlencoded row format: the bytes
--     A-Z a-z 0-9 _ . - stand for themselves, a blank becomes '+', every
--     other byte of the UTF-8 form becomes %xx in lower-case hex.
--
-- Parameters:
--     val  - the text; NULL gives NULL
-- Result:
--     The encoded text, pure ASCII.
-- Note:
--     A database in SQL_ASCII has no characters to convert: its bytes are
--     encoded as they are.
-- Called by:
--     the change-capture triggers, for names and values
-- ----------------------------------------------------------------------
create or replace function pgq._urlencode(val text)
returns text
language plpgsql
strict immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    -- Collation "C": plain byte order, also when the caller's column has a
    -- collation that regular expressions or replace() refuse.
    v text collate "C" := val;
    charset text;
    bad text;
    i integer;
begin
    if v !~ '[^A-Za-z0-9_.-]' then
        return v;
    end if;

    v := replace(replace(replace(v, '%', '%25'), '+', '%2b'), ' ', '+');
    bad := substring(v from '[^A-Za-z0-9_.%+-]');
    if bad is null then
        return v;
    end if;

    -- One replace() for each distinct character. Ordinary text has few.
    charset := case when getdatabaseencoding() = 'SQL_ASCII' then 'SQL_ASCII' else 'UTF8' end;
    for i in 1 .. 24 loop
        v := replace(v, bad, regexp_replace(encode(convert_to(bad, charset), 'hex'), '..', E'%\\&', 'g'));
        bad := substring(v from '[^A-Za-z0-9_.%+-]');
        if bad is null then
            return v;
        end if;
    end loop;

    -- A rich alphabet: encode every byte, then bring back the plain ones. The
    -- cost no longer depends on how many different characters there are.
    v := regexp_replace(encode(convert_to(val, charset), 'hex'), '..', E'%\\&', 'g');
    v := replace(v, '%20', '+');
    for i in 45 .. 122 loop
        if chr(i) ~ '[A-Za-z0-9_.-]' then
            v := replace(v, '%' || to_hex(i), chr(i));
        end if;
    end loop;
    return v;
end;
$$;
