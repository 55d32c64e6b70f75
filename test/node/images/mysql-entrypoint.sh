#!/bin/bash
# As that of the image mysql: asks for a password option before it makes a database, then lets the server take its place.
set -eu
if [ "${1#-}" != "$1" ]; then set -- mysqld "$@"; fi
if [ "$1" != mysqld ]; then exec "$@"; fi
shift
data=/var/lib/mysql
quoted() { printf "'%s'" "$(printf %s "$1" | sed "s/'/''/g")"; }
if [ ! -d $data/mysql ]; then
  if [ -z "${MYSQL_ROOT_PASSWORD:-}${MYSQL_ALLOW_EMPTY_PASSWORD:-}" ]; then
    echo "[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified" >&2
    echo "    You need to specify one of MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD" >&2
    exit 1
  fi
  chown -R mysql:mysql $data
  mariadb-install-db --user=mysql --skip-test-db --auth-root-authentication-method=normal --skip-name-resolve \
    >/tmp/install.log 2>&1 || { cat /tmp/install.log >&2; exit 1; }
  password=$(quoted "${MYSQL_ROOT_PASSWORD:-}")
  {
    # One statement per line, as the server reads them.
    echo "DELETE FROM mysql.global_priv WHERE User = 'root' AND Host <> 'localhost';"
    echo "FLUSH PRIVILEGES;"
    echo "ALTER USER root@localhost IDENTIFIED BY $password;"
    echo "CREATE USER root@'%' IDENTIFIED BY $password;"
    echo "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;"
    if [ -n "${MYSQL_DATABASE:-}" ]; then echo "CREATE DATABASE \`$MYSQL_DATABASE\`;"; fi
    if [ -n "${MYSQL_USER:-}" ]; then
      echo "CREATE USER $(quoted "$MYSQL_USER")@'%' IDENTIFIED BY $(quoted "${MYSQL_PASSWORD:-}");"
      if [ -n "${MYSQL_DATABASE:-}" ]; then echo "GRANT ALL ON \`$MYSQL_DATABASE\`.* TO $(quoted "$MYSQL_USER")@'%';"; fi
    fi
  } >/tmp/first.sql
  chown mysql /tmp/first.sql
  set -- --init-file=/tmp/first.sql "$@"
fi
chown -R mysql:mysql $data /run/mysqld
exec mysqld --user=mysql "$@"
