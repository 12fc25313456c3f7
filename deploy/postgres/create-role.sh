#!/bin/sh
# Runs once, when the database is created: the role of the receivers, which may create their schema and nothing else.
set -eu

psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
  --set=database="$POSTGRES_DB" --set=password="$(cat /run/secrets/receiver-password)" <<'SQL'
CREATE ROLE receiver LOGIN PASSWORD :'password';
GRANT CONNECT, CREATE ON DATABASE :"database" TO receiver;
SQL
