/** A MySQL server: MariaDB under the names and with the programs, variables and first start of the image `mysql`. */
import { appendFileSync, chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { busybox, libraries, PATH, type Recipe, unpack } from './debian.ts'

const PACKAGES = [
  'mariadb-server-core',
  'mariadb-server',
  'mariadb-client-core',
  'mariadb-client',
  'libaio1',
  'libnuma1',
  'liburing2',
  'bash',
]
/** Of all that the packages bring, what the image keeps. */
const PROGRAMS = [
  'usr/sbin/mariadbd',
  'bin/bash',
  ...['mariadb', 'mariadb-admin', 'mariadb-dump', 'my_print_defaults', 'resolveip'].map(name => `usr/bin/${name}`),
]
const SCRIPTS = ['usr/bin/mariadb-install-db']

export const mysql: Recipe = {
  references: ['docker.io/library/mysql:latest', 'docker.io/library/mysql:5.7', 'docker.io/library/mysql:5.6'],
  build: async root => {
    await busybox(root)
    await unpack(root, PACKAGES)
    for (const entry of readdirSync(join(root, 'usr/bin'), { withFileTypes: true }))
      if (entry.isFile() && ![...PROGRAMS, ...SCRIPTS].includes(`usr/bin/${entry.name}`)) rmSync(join(root, 'usr/bin', entry.name))
    await libraries(root, PROGRAMS)
    for (const folder of ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'etc/mysql'])
      rmSync(join(root, folder), { recursive: true, force: true })
    appendFileSync(join(root, 'etc/passwd'), 'mysql:x:999:999::/var/lib/mysql:/bin/false\n')
    appendFileSync(join(root, 'etc/group'), 'mysql:x:999:\n')
    for (const folder of ['etc/mysql/conf.d', 'var/lib/mysql', 'run/mysqld', 'docker-entrypoint-initdb.d', 'usr/local/bin'])
      mkdirSync(join(root, folder), { recursive: true })
    rmSync(join(root, 'usr/sbin/mysqld'), { force: true })
    symlinkSync('mariadbd', join(root, 'usr/sbin/mysqld'))
    writeFileSync(join(root, 'etc/mysql/my.cnf'), CONFIG)
    symlinkSync('/etc/mysql/my.cnf', join(root, 'etc/my.cnf'))
    copyFileSync(new URL('mysql-entrypoint.sh', import.meta.url), join(root, 'usr/local/bin/docker-entrypoint.sh'))
    chmodSync(join(root, 'usr/local/bin/docker-entrypoint.sh'), 0o755)
    return {
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['mysqld'],
      Env: [PATH],
      ExposedPorts: { '3306/tcp': {} },
      Volumes: { '/var/lib/mysql': {} },
    }
  },
}

/** Small enough for the memory that examples grant to databases. */
const CONFIG = `[mysqld]
datadir = /var/lib/mysql
socket = /run/mysqld/mysqld.sock
pid-file = /run/mysqld/mysqld.pid
bind-address = 0.0.0.0
skip-name-resolve
innodb_buffer_pool_size = 16M
innodb_log_file_size = 4M
innodb_log_buffer_size = 2M
key_buffer_size = 1M
aria_pagecache_buffer_size = 2M
max_connections = 20
[client]
socket = /run/mysqld/mysqld.sock
!includedir /etc/mysql/conf.d/
`
