-- londiste._command_text(i_context, i_query): the text of the command that an event trigger is fired for: what the session sent, or what a function executed.
-- i_context: PG_CONTEXT of the trigger; i_query: current_query(). NULL: not known, as of a command inside of a function in SQL. Called by: _follow_ddl.
create or replace function londiste._command_text(i_context text, i_query text)
returns text as $$
    -- The first line is the trigger's own.
    select case when c.outer_lines is null then i_query
                when starts_with(c.outer_lines, 'SQL statement "') then substring(c.outer_lines from '^SQL statement "(.*?)"\n(?:PL/pgSQL function|SQL function|SQL statement|PL/[A-Za-z]+ function) ')
           end
    from (select substring(i_context from '^[^\n]*\n(.*)$') as outer_lines) c;
$$ language sql immutable set search_path = pg_catalog, pg_temp;
