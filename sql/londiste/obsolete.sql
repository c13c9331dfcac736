-- Functions of older releases that would stay beside today's and make calls ambiguous. Re-runnable.
drop function if exists londiste.restore_table_fkey(text, text);
drop function if exists londiste._create_table(text, text, text, text, jsonb);
