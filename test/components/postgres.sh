# A private PostgreSQL on a free loopback port, with a password made for it. Sourced by up and down.
# PostgreSQL refuses to run as root: then the user postgres of the Debian package runs it.

build=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
pg_bin() { ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1; }

# The folder is in build/, unless the user postgres cannot get there (a checkout below a closed home).
mkdir -p "$build"
pg=$build/postgres
if [ "$(id -u)" = 0 ] && id postgres >/dev/null 2>&1 && ! as test -x "$build"; then
	pg=/var/tmp/kyket-postgres-$(echo "$build" | cksum | cut -d' ' -f1)
fi

postgres_running() { [ -f "$pg/data/postmaster.pid" ] && as "$(pg_bin)/pg_ctl" -D "$pg/data" status >/dev/null 2>&1; }

postgres_start() {
	postgres_running && return 0
	if [ ! -f "$pg/ready" ]; then
		rm -rf "$pg"
		mkdir -p "$pg"
		python3 -c 'import secrets; print(secrets.token_hex(16))' >"$pg/password"
		if [ "$(id -u)" = 0 ]; then chown -R postgres "$pg"; fi
		chmod 700 "$pg"
		as "$(pg_bin)/initdb" -D "$pg/data" -U kyket --pwfile="$pg/password" --auth=scram-sha-256 \
			--encoding=UTF8 --locale=C.UTF-8 >"$pg/initdb.log" 2>&1 || { cat "$pg/initdb.log" >&2; return 1; }
		touch "$pg/ready"
	fi
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' >"$pg/port"
	as "$(pg_bin)/pg_ctl" -D "$pg/data" -l "$pg/log" -w -t 60 start \
		-o "-p $(cat "$pg/port") -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200" >/dev/null </dev/null
}

postgres_stop() {
	[ -d "$pg/data" ] || return 0
	if postgres_running; then as "$(pg_bin)/pg_ctl" -D "$pg/data" -m fast -w stop >/dev/null; fi
	rm -rf "$pg"
}

postgres_dsn() { echo "postgres://kyket:$(cat "$pg/password")@127.0.0.1:$(cat "$pg/port")/postgres?sslmode=disable"; }
