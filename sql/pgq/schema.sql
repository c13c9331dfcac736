create schema if not exists pgq;
