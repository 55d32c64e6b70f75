/** What is published, what is refused, and what whoever publishes is told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clusterFolder } from './cluster.ts'
import type { Host } from './host.ts'
import { type PublishOptions, portsToPublish, publish } from './publish.ts'

/** A machine where port 22 is taken, with a running cluster that has one service and has published port 80. */
function machine() {
  const [said, written]: [string[], object[]] = [[], []]
  const host = {
    isRoot: true,
    output: { write: (text: string) => said.push(text.trimEnd()) },
    isPortFree: async (port: number) => port !== 22,
    publishedPorts: async () => ({ '80': 'service/default/web:80' }),
    publishPorts: async (_: unknown, changes: object) => void written.push(changes),
    servicePorts: async (_: unknown, { service }: { service: string }) => (service === 'web' ? ['80', 'http'] : undefined),
  } as unknown as Host
  return { host, said, written }
}
const folder = clusterFolder('/nowhere', 'test')

const rows: readonly (readonly [rule: string, options: PublishOptions, said: readonly string[], written: object])[] = [
  [
    'a port of a service that is there',
    { publish: ['8080:service/web:http'] },
    ['Port 8080 of this machine leads to service/default/web:http.'],
    { 8080: 'service/default/web:http' },
  ],
  [
    'a service that is still to come',
    { publish: ['8080:service/shop/db:80'] },
    ['Port 8080 of this machine leads to service/shop/db:80, which is not there yet.'],
    { 8080: 'service/shop/db:80' },
  ],
  [
    'a port that the service does not have',
    { publish: ['8080:service/web:81'] },
    ['Port 8080 of this machine leads to service/default/web:81, which has no such port yet; it has 80, http.'],
    { 8080: 'service/default/web:81' },
  ],
  [
    'a published port can lead elsewhere, and another be taken back',
    { publish: ['81:svc/web:80'], unpublish: [80] },
    ['Port 81 of this machine leads to service/default/web:80.', 'Port 80 is not published any more.'],
    { 81: 'service/default/web:80', 80: null },
  ],
]
for (const [rule, options, said, written] of rows)
  test(`publish: ${rule}`, async () => {
    const { host, ...seen } = machine()
    await publish(host, folder, { ports: portsToPublish(host, options), unpublish: options.unpublish })
    assert.deepEqual(seen, { said, written: [written] })
  })

const refused: readonly (readonly [options: PublishOptions, words: string])[] = [
  [{ publish: ['22:service/web:80'] }, 'publish port 22: taken by another process; choose another one, or end that process'],
  [{ unpublish: [81] }, 'unpublish port 81: it is not published; published are 80'],
  [
    { publish: ['81:service/web:80', '81:service/db:80'] },
    'publish port 81: named twice, "81:service/web:80" and "81:service/db:80"; choose one',
  ],
  [{ publish: ['81:service/web:80'], unpublish: [81] }, 'publish port 81: to be taken back as well; --publish alone leads it elsewhere'],
  [
    { publish: ['81:deployment/web:80'] },
    'publish "81:deployment/web:80": a port leads to a service; "kubectl expose deployment/web --port=80" makes one',
  ],
  [
    { publish: ['81:web:80'] },
    'publish "81:web:80": not PORT:service/[NAMESPACE/]NAME:PORT with ports up to 65535, like "8080:service/web:80" or "8080:service/shop/web:http"',
  ],
]
for (const [options, message] of refused)
  test(`publish is refused: ${message.split(';', 1)[0]}`, async () => {
    const { host, written } = machine()
    const all = async () => publish(host, folder, { ports: portsToPublish(host, options), unpublish: options.unpublish })
    await assert.rejects(all, { message })
    assert.deepEqual(written, [])
  })
