create schema if not exists londiste;
