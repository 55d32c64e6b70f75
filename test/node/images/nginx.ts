/** The web server, as the image of that name has it: root starts it, it logs to the container's outputs, `quit` ends it. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { busybox, libraries, PATH, type Recipe, unpack } from './debian.ts'

export const nginx: Recipe = {
  references: ['docker.io/library/nginx:latest', 'docker.io/library/nginx:1.19'],
  build: async root => {
    await busybox(root)
    const packages = await unpack(root, ['nginx', 'nginx-common', 'bash'])
    await libraries(root, ['usr/sbin/nginx', 'bin/bash'])
    for (const folder of ['usr/share/doc', 'usr/share/man', 'usr/share/locale'])
      rmSync(join(root, folder), { recursive: true, force: true })
    for (const folder of ['etc/nginx/conf.d', 'var/log/nginx', 'var/lib/nginx', 'run']) mkdirSync(join(root, folder), { recursive: true })
    for (const [name, to] of [
      ['access.log', '/dev/stdout'],
      ['error.log', '/dev/stderr'],
    ] as const) {
      rmSync(join(root, 'var/log/nginx', name), { force: true })
      symlinkSync(to, join(root, 'var/log/nginx', name))
    }
    writeFileSync(join(root, 'etc/nginx/nginx.conf'), NGINX_CONF)
    writeFileSync(join(root, 'etc/nginx/conf.d/default.conf'), NGINX_DEFAULT)
    const version = /nginx_([\d.]+)/.exec(packages.join(' '))?.[1] ?? ''
    return {
      Cmd: ['nginx', '-g', 'daemon off;'],
      Env: [PATH, `NGINX_VERSION=${version}`],
      ExposedPorts: { '80/tcp': {} },
      StopSignal: 'SIGQUIT',
    }
  },
}

const NGINX_CONF = `user www-data;
worker_processes 1;
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /var/log/nginx/access.log;
  include /etc/nginx/conf.d/*.conf;
}
`
const NGINX_DEFAULT = `server {
  listen 80;
  location / { root /usr/share/nginx/html; index index.html index.htm; }
}
`
