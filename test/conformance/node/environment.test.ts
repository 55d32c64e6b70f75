/** What a container is given to begin with: its variables, wherever they come from, and its command. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Node } from '#kinds/core/node.ts'
import { Secret } from '#kinds/core/secret.ts'
import { Service } from '#kinds/core/service.ts'
import { useNodeStage } from '../support/node-stage.ts'
import { AT_ONCE, type Pods, podsOf, shell, waiting } from '../support/pods.ts'
import type { Any } from '../support/resource.ts'

const stage = useNodeStage(['busybox', 'printer'])
const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } })
const amount = (name: string, resource: string, divisor = '0') => ({ name, valueFrom: { resourceFieldRef: { resource, divisor } } })
const value = (name: string, text: string) => ({ name, value: text })

const CONFIG = { 'data-1': 'value-1', 'data-2': 'value-2', 'data-3': 'value-3' }
const base64 = (text: string) => Buffer.from(text).toString('base64')
/** Printable ASCII, without `=`, in several compositions. */
const PREFIXES = ['p-', '1-', '$_-', '.-', '/a b:', '!"#%&()*+,;<>?@[]^`{|}~']
const prefixed = (source: object) => PREFIXES.map(prefix => ({ prefix, ...source }))
const prefixedLines = PREFIXES.flatMap(prefix => Object.entries(CONFIG).map(([key, text]) => `${prefix}${key}=${text}`))
const bothWays = (source: object) => [source, { prefix: 'p-', ...source }]
const bothLines = ['', 'p-'].flatMap(prefix => Object.entries(CONFIG).map(([key, text]) => `${prefix}${key}=${text}`))

// Without a shell, which would keep variables to itself that have no name for it.
const printed = (more: object) => shell('', { command: ['env'], ...more })
const RESOURCES = { requests: { cpu: '250m', memory: '32Mi' }, limits: { cpu: '1250m', memory: '64Mi' } }

interface Row {
  readonly name: string
  readonly container: object
  /** Lines that are among those printed; a function is asked with the pod as it was in the end. */
  readonly lines: readonly (string | RegExp)[] | ((pod: Any) => Promise<readonly string[]> | readonly string[])
}
const rows: readonly Row[] = [
  {
    name: '[sig-node] ConfigMap should be consumable via environment variable [Conformance] [NodeConformance]',
    container: printed({ env: [{ name: 'CONFIG_DATA_1', valueFrom: { configMapKeyRef: { name: 'config', key: 'data-1' } } }] }),
    lines: ['CONFIG_DATA_1=value-1'],
  },
  {
    name: '[sig-node] ConfigMap should be consumable via the environment [Conformance] [NodeConformance]',
    container: printed({ envFrom: bothWays({ configMapRef: { name: 'config' } }) }),
    lines: bothLines,
  },
  {
    name: '[sig-node] ConfigMap should be consumable as environment variable names with various prefixes [Conformance]',
    container: printed({ envFrom: prefixed({ configMapRef: { name: 'config' } }) }),
    lines: prefixedLines,
  },
  {
    name: '[sig-node] Secrets should be consumable from pods in env vars [Conformance] [NodeConformance]',
    container: printed({ env: [{ name: 'SECRET_DATA', valueFrom: { secretKeyRef: { name: 'config', key: 'data-1' } } }] }),
    lines: ['SECRET_DATA=value-1'],
  },
  {
    name: '[sig-node] Secrets should be consumable via the environment [Conformance] [NodeConformance]',
    container: printed({ envFrom: bothWays({ secretRef: { name: 'config' } }) }),
    lines: bothLines,
  },
  {
    name: '[sig-node] Secrets should be consumable as environment variable names variable names with various prefixes [Conformance]',
    container: printed({ envFrom: prefixed({ secretRef: { name: 'config' } }) }),
    lines: prefixedLines,
  },
  {
    name: '[sig-node] Downward API should provide pod name, namespace and IP address as env vars [Conformance] [NodeConformance]',
    container: printed({
      env: [field('POD_NAME', 'metadata.name'), field('POD_NAMESPACE', 'metadata.namespace'), field('POD_IP', 'status.podIP')],
    }),
    lines: pod => [`POD_NAME=${pod.metadata.name}`, `POD_NAMESPACE=${pod.metadata.namespace}`, `POD_IP=${pod.status.podIP}`],
  },
  {
    name: '[sig-node] Downward API should provide host IP as an env var [Conformance] [NodeConformance]',
    container: printed({ env: [field('HOST_IP', 'status.hostIP')] }),
    lines: pod => [`HOST_IP=${pod.status.hostIP}`],
  },
  {
    name: '[sig-node] Downward API should provide hostIPs as an env var [Conformance] [NodeConformance]',
    container: printed({ env: [field('HOST_IPS', 'status.hostIPs')] }),
    lines: pod => [`HOST_IPS=${pod.status.hostIPs.map(({ ip }: Any) => ip).join(',')}`],
  },
  {
    name: '[sig-node] Downward API should provide pod UID as env vars [Conformance] [NodeConformance]',
    container: printed({ env: [field('POD_UID', 'metadata.uid')] }),
    lines: pod => [`POD_UID=${pod.metadata.uid}`],
  },
  {
    name: "[sig-node] Downward API should provide container's limits.cpu/memory and requests.cpu/memory as env vars [Conformance] [NodeConformance]",
    container: printed({
      resources: RESOURCES,
      env: [
        amount('CPU_LIMIT', 'limits.cpu'),
        amount('MEMORY_LIMIT', 'limits.memory'),
        amount('CPU_REQUEST', 'requests.cpu', '1m'),
        amount('MEMORY_REQUEST', 'requests.memory', '1Mi'),
      ],
    }),
    lines: ['CPU_LIMIT=2', 'MEMORY_LIMIT=67108864', 'CPU_REQUEST=250', 'MEMORY_REQUEST=32'],
  },
  {
    name: '[sig-node] Downward API should provide default limits.cpu/memory from node allocatable [Conformance] [NodeConformance]',
    container: printed({ env: [amount('CPU_LIMIT', 'limits.cpu', '1m'), amount('MEMORY_LIMIT', 'limits.memory', '1Ki')] }),
    lines: async pod => {
      const { allocatable } = (await stage.resource(Node).get(pod.spec.nodeName)).status
      return [`CPU_LIMIT=${Number(allocatable.cpu) * 1000}`, `MEMORY_LIMIT=${Number.parseInt(allocatable.memory, 10)}`]
    },
  },
  {
    name: '[sig-node] Variable Expansion should allow composing env vars into new env vars [Conformance] [NodeConformance]',
    container: printed({ env: [value('FOO', 'foo-value'), value('BAR', 'bar-value'), value('FOOBAR', '$(FOO);;$(BAR)')] }),
    lines: ['FOO=foo-value', 'BAR=bar-value', 'FOOBAR=foo-value;;bar-value'],
  },
  {
    name: "[sig-node] Variable Expansion should allow substituting values in a container's command [Conformance] [NodeConformance]",
    container: shell('TEST_VAR=wrong echo "$(TEST_VAR)"', { env: [value('TEST_VAR', 'test-value')] }),
    lines: ['test-value'],
  },
  {
    name: "[sig-node] Variable Expansion should allow substituting values in a container's args [Conformance] [NodeConformance]",
    container: shell('', { command: ['sh', '-c'], args: ['TEST_VAR=wrong echo "$(TEST_VAR)"'], env: [value('TEST_VAR', 'test-value')] }),
    lines: ['test-value'],
  },
  {
    name: '[sig-node] Containers should use the image defaults if command and args are blank [Conformance] [NodeConformance]',
    container: { name: 'c', image: 'knarr.test/printer:1' },
    lines: ['entrypoint default arguments'],
  },
  {
    name: "[sig-node] Containers should be able to override the image's default arguments (container cmd) [Conformance] [NodeConformance]",
    container: { name: 'c', image: 'knarr.test/printer:1', args: ['override', 'arguments'] },
    lines: ['entrypoint override arguments'],
  },
  {
    name: "[sig-node] Containers should be able to override the image's default command (container entrypoint) [Conformance] [NodeConformance]",
    container: { name: 'c', image: 'knarr.test/printer:1', command: ['/bin/echo', 'override', 'command'] },
    lines: ['override command'],
  },
  {
    name: "[sig-node] Containers should be able to override the image's default command and arguments [Conformance] [NodeConformance]",
    container: { name: 'c', image: 'knarr.test/printer:1', command: ['/bin/echo', 'override', 'command'], args: ['override', 'arguments'] },
    lines: ['override command override arguments'],
  },
]

describe('what a container is given', AT_ONCE, () => {
  for (const { name, container, lines } of rows)
    test(name, async () => {
      const pods = await podsOf(stage, 'environment')
      await pods.beside(ConfigMap).create({ metadata: { name: 'config' }, data: CONFIG })
      const data = Object.fromEntries(Object.entries(CONFIG).map(([key, text]) => [key, base64(text)]))
      await pods.beside(Secret).create({ metadata: { name: 'config' }, data })
      const output = (await pods.output('prints', { containers: [container] })).split('\n')
      const wanted = typeof lines === 'function' ? await lines(await pods.get('prints')) : lines
      for (const line of wanted)
        assert(
          output.some(each => (typeof line === 'string' ? each === line : line.test(each))),
          `${String(line)} is not among:\n${output.join('\n')}`,
        )
    })

  test('[sig-node] Pods should contain environment variables for services [Conformance] [NodeConformance]', async () => {
    const pods = await podsOf(stage, 'services')
    const labels = { name: 'server' }
    await pods.run('server', { containers: [shell('exec httpd -f -p 9376', { ports: [{ containerPort: 9376 }] })] }, { labels })
    await pods.ready('server')
    const spec = { ports: [{ port: 8765, targetPort: 8080 }], selector: labels }
    const { clusterIP } = (await pods.beside(Service).create({ metadata: { name: 'fooservice', labels }, spec })).spec
    const output = (await pods.output('client', { containers: [printed({})] })).split('\n')
    const expected = {
      FOOSERVICE_SERVICE_HOST: clusterIP,
      FOOSERVICE_SERVICE_PORT: '8765',
      FOOSERVICE_PORT: `tcp://${clusterIP}:8765`,
      FOOSERVICE_PORT_8765_TCP_PORT: '8765',
      FOOSERVICE_PORT_8765_TCP_PROTO: 'tcp',
      FOOSERVICE_PORT_8765_TCP: `tcp://${clusterIP}:8765`,
      FOOSERVICE_PORT_8765_TCP_ADDR: clusterIP,
    }
    for (const [name, text] of Object.entries(expected)) assert(output.includes(`${name}=${text}`), `${name} in ${output.join('\n')}`)
  })
})

const volumes = [{ name: 'work', emptyDir: {} }]
const below = (subPathExpr: string, mountPath: string) => ({ name: 'work', mountPath, subPathExpr })
const whole = { name: 'work', mountPath: '/whole' }
/** A folder named by an annotation and the pod's name. */
const annotated = {
  volumes,
  containers: [
    waiting({
      env: [field('POD_NAME', 'metadata.name'), field('ANNOTATION', "metadata.annotations['mysubpath']")],
      volumeMounts: [below('$(ANNOTATION)/$(POD_NAME)', '/below'), whole],
    }),
  ],
}
const annotate = (pods: Pods, mysubpath: string) =>
  pods.change('expands', ({ metadata }) => (metadata.annotations = { ...metadata.annotations, mysubpath }))
const fails = async (pods: Pods) =>
  await pods.until('expands', ({ status }) => status.containerStatuses?.[0].state.waiting?.reason === 'CreateContainerConfigError')

describe('variables in the paths of mounts', AT_ONCE, () => {
  test('[sig-node] Variable Expansion should allow substituting values in a volume subpath [Conformance]', async () => {
    const pods = await podsOf(stage, 'subpath')
    const container = shell('test -d /whole/expands; echo $?', {
      env: [field('POD_NAME', 'metadata.name')],
      volumeMounts: [below('$(POD_NAME)', '/below'), whole],
    })
    assert.equal(await pods.output('expands', { volumes, containers: [container] }), '0\n')
  })
  for (const [name, text] of [
    ['[sig-node] Variable Expansion should fail substituting values in a volume subpath with backticks [Conformance]', '..'],
    ['[sig-node] Variable Expansion should fail substituting values in a volume subpath with absolute path [Conformance]', '/tmp'],
  ] as const)
    test(name, async () => {
      const pods = await podsOf(stage, 'subpath')
      const container = shell('true', { env: [value('POD_NAME', text)], volumeMounts: [below('$(POD_NAME)', '/below')] })
      await pods.run('expands', { volumes, containers: [container] })
      await fails(pods)
    })
  test('[sig-node] Variable Expansion should verify that a failing subpath expansion can be modified during the lifecycle of a container [Conformance] [Slow]', async () => {
    const pods = await podsOf(stage, 'subpath')
    await pods.run('expands', annotated, { annotations: { notmysubpath: 'mypath' } })
    await fails(pods)
    await annotate(pods, 'mypath')
    await pods.running('expands')
    await pods.delete('expands')
    await pods.gone('expands')
  })
  test('[sig-node] Variable Expansion should succeed in writing subpaths in container [Conformance]', async () => {
    const pods = await podsOf(stage, 'subpath')
    await pods.run('expands', annotated, { annotations: { mysubpath: 'mypath' } })
    await pods.running('expands')
    await pods.exec('expands', ['touch', '/whole/mypath/expands/test.log'])
    await pods.exec('expands', ['test', '-f', '/below/test.log'])
    await annotate(pods, 'mynewpath')
    await pods.running('expands')
    await pods.delete('expands')
    await pods.gone('expands')
  })
})
