/** What service rules cost at a size: time and bytes of a change, and memory. A program of its own, in a network of its own. */
import { systemClock } from '#base/clock.ts'
import { Node } from '#kinds/core/node.ts'
import { Service } from '#kinds/core/service.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { startProxy } from '#proxy/proxy.ts'
import { startWorld } from '#test/integration/services/fixture.ts'
import { proxyOptions } from '#test/support/proxy.ts'
import type { Figure } from '../figures.ts'

const ENDPOINTS = 4
const CHANGES = 30
/** Many requests at once load the services; the server takes them one by one. */
const AT_ONCE = 50

/** Only with --expose-gc. */
const collect = (globalThis as { readonly gc?: () => void }).gc
const megabytes = (): number => {
  collect?.()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1e6
}

async function measure(services: number, updateMsMax: number): Promise<readonly Figure[]> {
  await using world = await startWorld()
  const { client } = world
  await client.create(Node, { metadata: { name: 'here' } })
  const address = (i: number, k: number) => `10.42.${i >> 6}.${(i & 63) * ENDPOINTS + k}`
  const endpoints = (i: number) => Array.from({ length: ENDPOINTS }, (_, k) => ({ addresses: [address(i, k)], nodeName: 'there' }))
  const serve = async (i: number) => {
    const metadata = { name: `s-${i}`, namespace: 'default' }
    await client.create(Service, { metadata, spec: { ports: [{ name: 'p', port: 80, protocol: 'TCP' }] } } as unknown as Partial<Service>)
    await client.create(EndpointSlice, {
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': metadata.name } },
      addressType: 'IPv4',
      ports: [{ name: 'p', port: 8080, protocol: 'TCP' }],
      endpoints: endpoints(i),
    } as unknown as Partial<EndpointSlice>)
  }
  for (let i = 0; i < services; i += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, services - i) }, (_, k) => serve(i + k)))
  const before = megabytes()
  const begun = performance.now()
  await using proxy = startProxy({
    ...proxyOptions(client, 'knarr-bench_services'),
    podRanges: ['10.42.0.0/16'],
    nodeRanges: ['10.42.255.0/24'],
    serviceRanges: ['10.96.0.0/16'],
    checkEveryMs: 3_600_000,
  })
  await proxy.ready
  const wholeMs = performance.now() - begun
  const memory = megabytes() - before
  const times: number[] = []
  const bytes: number[] = []
  for (let i = 0; i < CHANGES; i++) {
    const { runs, bytes: written } = proxy.figures
    const at = performance.now()
    await client.patch(EndpointSlice, { namespace: 'default', name: `s-${i}` }, 'merge', {
      endpoints: [...endpoints(i).slice(1), { addresses: [`10.42.254.${i + 1}`], nodeName: 'there' }],
    })
    while (proxy.figures.runs === runs) await new Promise(resolve => setImmediate(resolve))
    times.push(performance.now() - at)
    bytes.push(proxy.figures.bytes - written)
    await new Promise<void>(resolve => void systemClock.after(100, resolve))
  }
  const size = `${services} services, ${services * ENDPOINTS} endpoints`
  return [
    {
      what: `an endpoint changes among ${size}`,
      values: times,
      unit: 'ms',
      goal: { atMost: updateMsMax },
      note: `${bytes.toSorted((a, b) => a - b).at(-1)} bytes to nft at most`,
    },
    { what: `all rules of ${size} at the start`, values: [wholeMs], unit: 'ms' },
    { what: `memory for ${size}`, values: [memory], unit: 'MB', goal: { atMost: 80 } },
  ]
}

// The system clock's timers keep no process alive.
setInterval(() => undefined, 60_000)
process.send?.([...(await measure(100, 50)), ...(await measure(5_000, 250))])
process.exit(0)
