-- londiste.is_obsolete_partition(i_partition_table, i_retention_period, i_partition_period): the period in the partition's name is over for longer than the retention. NULL when the name
-- has no period. Periods: year(ly), month(ly), day / daily, hour(ly). Error: not supported i_partition_period: X.
create or replace function londiste.is_obsolete_partition(i_partition_table text, i_retention_period interval, i_partition_period text)
returns boolean as $$
declare
    pattern text;
    format  text;
    suffix  text;
begin
    if i_partition_period in ('year', 'yearly') then
        pattern := '_(\d{4})$'; format := 'YYYY';
    elsif i_partition_period in ('month', 'monthly') then
        pattern := '_(\d{4}_\d{2})$'; format := 'YYYY_MM';
    elsif i_partition_period in ('day', 'daily') then
        pattern := '_(\d{4}_\d{2}_\d{2})$'; format := 'YYYY_MM_DD';
    elsif i_partition_period in ('hour', 'hourly') then
        pattern := '_(\d{4}_\d{2}_\d{2}_\d{2})$'; format := 'YYYY_MM_DD_HH24';
    else
        raise exception 'not supported i_partition_period: %', i_partition_period;
    end if;
    suffix := substring(i_partition_table from pattern);
    return suffix collate "C" < to_char(now() - i_retention_period, format);
end;
$$ language plpgsql set search_path = pg_catalog, pg_temp;
