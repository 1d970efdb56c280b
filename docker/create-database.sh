#!/bin/bash
# Runs once, on an empty data folder. The application's role owns its database and is no superuser,
# whom row-level security would let pass.
set -euo pipefail
psql --username "$POSTGRES_USER" --set ON_ERROR_STOP=1 --set password="$HUB_PASSWORD" <<'SQL'
CREATE ROLE hub LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE hub OWNER hub;
SQL
