/** A real registry behind TLS and a password, and a node that trusts it. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { run } from '#base/processes.ts'
import type { NodeCluster } from './cluster.ts'

export const USER = 'alice'
export const PASSWORD = 'wonderland'
/** bcrypt of the password, as the registry wants it. */
const HASH = '$2b$04$abcdefghijklmnopqrstuujZkTwHUiJ9XdZPwKfcfDo7dMp5DjlTu'

export interface Registry extends Disposable {
  readonly folder: string
  /** Its address; only who trusts its authority gets an answer. */
  readonly host: string
  readonly certificate: string
}
export async function startRegistry(): Promise<Registry> {
  const folder = mkdtempSync('/tmp/kn-registry-')
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=registry'
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate]
  await run(['openssl', ...request.split(' '), ...names])
  writeFileSync(join(folder, 'passwords'), `${USER}:${HASH}\n`)
  const config = {
    version: '0.1',
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    auth: { htpasswd: { realm: 'test', path: join(folder, 'passwords') } },
    http: { addr: '127.0.0.1:0', tls: { certificate, key } },
  }
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config))
  const registry = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: ['ignore', 'ignore', 'pipe'] })
  const host = await new Promise<string>((resolve, reject) => {
    registry.once('error', reject)
    registry.once('exit', code => reject(new Error(`docker-registry ended with code ${code}`)))
    createInterface({ input: registry.stderr }).on('line', line => {
      const found = /listening on (127\.0\.0\.1:\d+)/.exec(line)
      if (found) resolve(found[1] as string)
    })
  })
  return {
    folder,
    host,
    certificate,
    [Symbol.dispose]() {
      registry.kill()
      rmSync(folder, { recursive: true })
    },
  }
}

export const ctr = (cluster: NodeCluster, ...args: readonly string[]): Promise<string> =>
  run(['ctr', '--address', cluster.daemon.socket, '--namespace', 'k8s.io', 'images', ...args])
const foldersOf = (cluster: NodeCluster) => join(cluster.folder, 'containerd/registries')

/** As administrators tell containerd of registries and their mirrors. */
export function trust(cluster: NodeCluster, name: string, { host, certificate }: Registry): void {
  const at = join(foldersOf(cluster), name)
  mkdirSync(at, { recursive: true })
  writeFileSync(join(at, 'hosts.toml'), `[host."https://${host}"]\ncapabilities = ["pull", "resolve", "push"]\nca = "${certificate}"\n`)
}
/** Puts an image of the node there under another name, which the node then does not have. */
export async function push(cluster: NodeCluster, image: string, from = 'docker.io/library/busybox:latest'): Promise<void> {
  await ctr(cluster, 'tag', '--force', from, image)
  await ctr(cluster, 'push', '--user', `${USER}:${PASSWORD}`, '--hosts-dir', foldersOf(cluster), image)
  await ctr(cluster, 'remove', image)
}
export const basic = (user: string, password: string) => ({ auth: Buffer.from(`${user}:${password}`).toString('base64') })
