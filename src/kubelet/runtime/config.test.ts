/** Pods as the runtime is told of them: names, identity, resources, environment. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseResolver } from '#base/resolver-file.ts'
import type { Container } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { containerConfig } from './container-config.ts'
import { podField, resourceField } from './downward.ts'
import { envFileKey } from './env-file.ts'
import { environment } from './environment.ts'
import { expand } from './expansion.ts'
import { hostsFile, podNames } from './names.ts'
import { podDns } from './pod-dns.ts'
import { containerLimits, cpuQuota, cpuShares } from './quality.ts'
import { sandboxConfig } from './sandbox-config.ts'
import { serviceEnvironment } from './service-environment.ts'

const pod = (spec: object = {}, metadata: object = {}): Pod =>
  ({
    metadata: { name: 'p', namespace: 'd', uid: 'u', ...metadata },
    spec: {
      containers: [{ name: 'c', image: 'i' }],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      ...spec,
    },
    status: {},
  }) as unknown as Pod
const host = { servers: ['192.0.2.53'], searches: ['corp.example'], options: ['timeout:1'] }
const dns = { clusterDNS: ['10.96.0.10'], clusterDomain: 'cluster.local', host }

test('expansion', () => {
  const rows: readonly [string, string][] = [
    ['$(A)', 'a'],
    ['x$(A)y$(A)', 'xaya'],
    ['$(B)', '$(B)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$a'],
    ['$A $ $', '$A $ $'],
    ['$(A', '$(A'],
    ['$$', '$'],
  ]
  for (const [text, expected] of rows)
    assert.equal(
      expand(text, name => (name === 'A' ? 'a' : undefined)),
      expected,
      text,
    )
})

const names: readonly [string, object, string][] = [
  ['its own name', {}, 'p'],
  ['the name it asks for', { hostname: 'h' }, 'h'],
  ['its full name, when it asks for that', { hostname: 'h', subdomain: 's', setHostnameAsFQDN: true }, 'h.s.d.svc.cluster.local'],
  ['another name altogether', { hostname: 'h', hostnameOverride: 'o.example.com' }, 'o.example.com'],
]
for (const [rule, spec, expected] of names)
  test(`a pod is called by ${rule}`, () => assert.equal(podNames(pod(spec), 'cluster.local').hostname, expected))
test('a long name is cut to what a host name may be', () => {
  assert.equal(podNames(pod({}, { name: `${'a'.repeat(62)}-b` }), 'x').hostname, 'a'.repeat(62))
  assert.throws(
    () => podNames(pod({ subdomain: 's'.repeat(50), setHostnameAsFQDN: true }), 'cluster.local'),
    /is too long \(64 characters is the max, 72 characters requested\)/,
  )
})

const resolvers: readonly [string, object, object][] = [
  [
    'the cluster first',
    {},
    {
      servers: ['10.96.0.10'],
      searches: ['d.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'corp.example'],
      options: ['ndots:5'],
    },
  ],
  ['the host for pods on its network', { hostNetwork: true }, host],
  ['the cluster even then, if asked', { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }, { servers: ['10.96.0.10'] }],
  ['the host', { dnsPolicy: 'Default' }, host],
  [
    'nothing but what is given',
    {
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['1.1.1.1'], searches: ['x'], options: [{ name: 'ndots', value: '2' }, { name: 'debug' }] },
    },
    { servers: ['1.1.1.1'], searches: ['x'], options: ['ndots:2', 'debug'] },
  ],
  [
    'what is given beside the policy',
    { dnsConfig: { nameservers: ['1.1.1.1'], options: [{ name: 'ndots', value: '2' }] } },
    { servers: ['10.96.0.10', '1.1.1.1'], options: ['ndots:2'] },
  ],
]
for (const [rule, spec, expected] of resolvers)
  test(`names are looked up by ${rule}`, () => {
    assert.deepEqual({ ...podDns(pod(spec), dns), ...expected }, podDns(pod(spec), dns))
  })
test('without cluster DNS the host is asked, and that is told', () => {
  assert.deepEqual(podDns(pod(), { ...dns, clusterDNS: [] }), { ...host, isMissingClusterDns: true, omissions: [] })
})
const searching = (count: number, length: number) => Array.from({ length: count }, (_, at) => `${at}`.padEnd(length, 'x'))
const wishes: readonly [rule: string, dnsConfig: object, wanted: readonly [servers: number, searches: number, omissions: number]][] = [
  ['no more servers than are read', { nameservers: ['1.1.1.1', '2.2.2.2', '3.3.3.3', '4.4.4.4'] }, [3, 0, 1]],
  ['so many domains', { searches: searching(32, 5) }, [0, 32, 0]],
  ['and no more', { searches: searching(33, 5) }, [0, 32, 1]],
  ['none that is too long', { searches: ['x'.repeat(254), 'y'] }, [0, 1, 1]],
  ['nor more text than is read', { searches: searching(20, 200) }, [0, 10, 1]],
]
for (const [rule, dnsConfig, wanted] of wishes)
  test(`a pod is given ${rule}`, () => {
    const { servers, searches, omissions } = podDns(pod({ dnsPolicy: 'None', dnsConfig }), dns)
    assert.deepEqual([servers.length, searches.length, omissions.length], wanted)
  })
test('resolv.conf is read as glibc reads it', () => {
  const text = '# c\nnameserver 1.1.1.1 ; x\nsearch a\nsearch b c\noptions ndots:2 rotate\nnameserver 2.2.2.2\n'
  assert.deepEqual(parseResolver(text), { servers: ['1.1.1.1', '2.2.2.2'], searches: ['b', 'c'], options: ['ndots:2', 'rotate'] })
})
test('the hosts file knows the pod and its aliases', () => {
  const one = pod({ hostname: 'h', subdomain: 's', hostAliases: [{ ip: '1.2.3.4', hostnames: ['a', 'b'] }] })
  const text = hostsFile(one, { ips: ['10.0.0.9'], names: podNames(one, 'cluster.local'), hostFile: 'unused' })
  assert.match(text, /^# Kubernetes-managed hosts file\.\n127\.0\.0\.1\tlocalhost\n/)
  assert.match(text, /\n10\.0\.0\.9\th\.s\.d\.svc\.cluster\.local\th\n/)
  assert.match(text, /\n# Entries added by HostAliases\.\n1\.2\.3\.4\ta\tb\n$/)
})

test('resources in the units of the kernel', () => {
  assert.deepEqual([0, 1, 100, 1000, 1e9].map(cpuShares), [2, 2, 102, 1024, 262_144])
  assert.deepEqual([0, 1, 100, 2500].map(cpuQuota), [-1, 1000, 10_000, 250_000])
})
const GIB = 1024 ** 3
const scores: readonly [string, object, object, number][] = [
  ['nothing asked for', {}, {}, 1000],
  ['all of it limited', { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } }, {}, -997],
  ['a quarter of the memory', { requests: { memory: '1Gi' } }, {}, 750],
  ['next to nothing', { requests: { cpu: '1m' } }, {}, 999],
  ['critical to the node', {}, { priority: 2_000_001_000 }, -997],
]
for (const [rule, resources, spec, score] of scores)
  test(`out-of-memory score: ${rule}`, () => {
    const one = pod({ containers: [{ name: 'c', resources }], ...spec })
    const container = one.spec.containers[0] as Container
    assert.equal(containerLimits(one, container, { memoryCapacityBytes: 4 * GIB, cgroupVersion: 1, hugePageSizes: [] }).oomScoreAdj, score)
  })

test('a node may leave limits of CPU to the weights, and kill one process where memory runs out', () => {
  const one = pod({ containers: [{ name: 'c', resources: { limits: { cpu: '1' } } }] })
  const limits = (more: object) =>
    containerLimits(one, one.spec.containers[0] as Container, { memoryCapacityBytes: GIB, cgroupVersion: 2, hugePageSizes: [], ...more })
  assert.deepEqual([limits({}).cpuQuota, limits({}).unified], [100_000, { 'memory.oom.group': '1' }])
  const set = limits({ ignoresCpuLimits: true, killsSingleProcesses: true })
  assert.deepEqual([set.cpuQuota, set.cpuShares, set.unified], [-1, 1024, undefined])
})

const place = { podIPs: ['10.0.0.9', 'fd00::9'], hostIPs: ['192.0.2.1'], allocatable: { cpu: '4', memory: '8Gi' } }
test('fields of the pod', () => {
  const one = pod({ nodeName: 'n', serviceAccountName: 's' }, { labels: { b: '"2"', a: '1' }, annotations: { 'x/y': 'z' } })
  const rows: readonly [string, string][] = [
    ['metadata.name', 'p'],
    ['metadata.labels', 'a="1"\nb="\\"2\\""'],
    ["metadata.labels['a']", '1'],
    ["metadata.annotations['x/y']", 'z'],
    ["metadata.annotations['none']", ''],
    ['spec.nodeName', 'n'],
    ['status.podIP', '10.0.0.9'],
    ['status.podIPs', '10.0.0.9,fd00::9'],
  ]
  for (const [path, value] of rows) assert.equal(podField(path, one, place), value, path)
  assert.throws(() => podField('spec.secret', one, place), /unsupported fieldPath: spec\.secret/)
})
test('resources of a container', () => {
  const one = pod({ containers: [{ name: 'c', resources: { limits: { memory: '100Mi' }, requests: { cpu: '250m' } } }] })
  const ask = (resource: string, divisor?: string) =>
    resourceField({ containerName: 'c', resource, ...(divisor && { divisor }) }, one, place)
  assert.deepEqual(
    [
      ask('limits.memory', '1Mi'),
      ask('limits.memory'),
      ask('requests.cpu'),
      ask('requests.cpu', '1m'),
      ask('limits.cpu'),
      ask('limits.memory', '1Gi'),
    ],
    ['100', '104857600', '1', '250', '4', '1'],
  )
})

const sources = {
  configMap: (name: string) => (name === 'm' ? { data: { k: 'v', 'not-a-name': 'w' } } : undefined),
  secret: (name: string) => (name === 's' ? { data: { k: Buffer.from('x').toString('base64') } } : undefined),
}
const files = new Map([
  [envFileKey({ volumeName: 'v', path: 'f' }), "K='of the file'"],
  [envFileKey({ volumeName: 'v', path: 'bad' }), 'K=plain'],
])
const variables = (container: object, services = {}) =>
  Object.fromEntries(environment({ pod: pod(), container: { name: 'c', ...container }, place, sources, services, files }))
const environments: readonly [string, object, object | RegExp][] = [
  [
    'values refer to those before',
    {
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '$(A)$(C)' },
        { name: 'C', value: '3' },
      ],
    },
    { A: '1', B: '1$(C)', C: '3' },
  ],
  ['all of a map, with a prefix', { envFrom: [{ prefix: 'P_', configMapRef: { name: 'm' } }] }, { P_k: 'v', 'P_not-a-name': 'w' }],
  ['all of a secret', { envFrom: [{ secretRef: { name: 's' } }] }, { k: 'x' }],
  [
    'what is written last wins',
    { envFrom: [{ configMapRef: { name: 'm' } }], env: [{ name: 'k', value: 'own' }] },
    { k: 'own', 'not-a-name': 'w' },
  ],
  ['a key', { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } }] }, { A: 'v' }],
  [
    'an optional key that is not there',
    { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'm', key: 'z', optional: true } } }] },
    {},
  ],
  [
    'a key that is not there',
    { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'm', key: 'z' } } }] },
    /couldn't find key z in ConfigMap d\/m/,
  ],
  ['a secret that is not there', { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'z', key: 'k' } } }] }, /secret "z" not found/],
  [
    'a variable of a file in a volume',
    { env: [{ name: 'A', valueFrom: { fileKeyRef: { volumeName: 'v', path: 'f', key: 'K' } } }] },
    { A: 'of the file' },
  ],
  [
    'a file that is not there, where it may be missing',
    { env: [{ name: 'A', valueFrom: { fileKeyRef: { volumeName: 'v', path: 'none', key: 'K', optional: true } } }] },
    {},
  ],
  [
    'a variable that its file does not have',
    { env: [{ name: 'A', valueFrom: { fileKeyRef: { volumeName: 'v', path: 'f', key: 'Z' } } }] },
    /environment variable key "Z" not found in file "f" of volume "v"/,
  ],
  [
    'a file that is none of variables',
    { env: [{ name: 'A', valueFrom: { fileKeyRef: { volumeName: 'v', path: 'bad', key: 'K' } } }] },
    /couldn't parse environment variable file "bad" of volume "v": line 1 is not of the form NAME='value'/,
  ],
  [
    'names of any printable characters',
    { envFrom: [{ prefix: '1 {$}: ', configMapRef: { name: 'm' } }], env: [{ name: 'a-b.c!', value: '$(1 {$}: k)' }] },
    { '1 {$}: k': 'v', '1 {$}: not-a-name': 'w', 'a-b.c!': 'v' },
  ],
  ['an optional map that is not there', { envFrom: [{ configMapRef: { name: 'z', optional: true } }] }, {}],
  ['a map that is not there', { envFrom: [{ configMapRef: { name: 'z' } }] }, /configmap "z" not found/],
]
for (const [rule, container, expected] of environments)
  test(`environment: ${rule}`, () => {
    if (expected instanceof RegExp) assert.throws(() => variables(container), expected)
    else assert.deepEqual(variables(container), expected)
  })
test('services are told as variables', () => {
  const service = (name: string, namespace: string, clusterIP: string, ports: object[]) =>
    ({ metadata: { name, namespace }, spec: { clusterIP, ports } }) as never
  const all = [
    service('my-db', 'd', '10.96.0.7', [{ name: 'sql', port: 5432, protocol: 'TCP' }]),
    service('headless', 'd', 'None', [{ port: 1 }]),
    service('far', 'other', '10.96.0.8', [{ port: 1 }]),
    service('kubernetes', 'default', '10.96.0.1', [{ name: 'https', port: 443 }]),
  ]
  const told = serviceEnvironment(all, { namespace: 'd', enableServiceLinks: true })
  assert.equal(told.MY_DB_SERVICE_PORT_SQL, '5432')
  assert.equal(told.MY_DB_PORT_5432_TCP_PROTO, 'tcp')
  assert.equal(told.KUBERNETES_PORT, 'tcp://10.96.0.1:443')
  assert.deepEqual(
    Object.keys(told).filter(name => /^(FAR|HEADLESS)/.test(name)),
    [],
  )
  assert.deepEqual(
    Object.keys(serviceEnvironment(all, { namespace: 'd', enableServiceLinks: false })).filter(name => !name.startsWith('KUBERNETES')),
    [],
  )
})

const input = {
  place,
  sources,
  services: {},
  imageRef: 'sha256:1',
  mounts: [],
  attempt: 0,
  image: {},
  seccompFolder: '/seccomp',
  fsGroups: [],
  node: { memoryCapacityBytes: GIB, cgroupVersion: 1 as const, hugePageSizes: ['hugepages-2Mi'] },
}
const secured = (container: object, spec: object = {}, image: object = {}) => {
  const one = pod({ containers: [{ name: 'c', image: 'i', ...container }], ...spec })
  return containerConfig({ ...input, pod: one, container: one.spec.containers[0] as Container, image }).linux?.securityContext
}
const securities: readonly [string, Parameters<typeof secured>, object | RegExp][] = [
  [
    'the container goes before the pod',
    [{ securityContext: { runAsUser: 1 } }, { securityContext: { runAsUser: 2, runAsGroup: 3 } }],
    { runAsUser: { value: 1 }, runAsGroup: { value: 3 } },
  ],
  ['the image says who runs', [{}, {}, { uid: 7 }], { runAsUser: { value: 7 } }],
  ['or by name', [{}, {}, { username: 'app' }], { runAsUsername: 'app' }],
  ['groups of the volumes and others', [{}, { securityContext: { fsGroup: 5, supplementalGroups: [6] } }], { supplementalGroups: [5, 6] }],
  [
    'capabilities without their prefix',
    [{ securityContext: { capabilities: { add: ['CAP_NET_ADMIN'], drop: ['ALL'] } } }],
    { capabilities: { addCapabilities: ['NET_ADMIN'], dropCapabilities: ['ALL'] } },
  ],
  ['no more privileges', [{ securityContext: { allowPrivilegeEscalation: false } }], { noNewPrivs: true }],
  [
    'a profile of the node',
    [{ securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'p.json' } } }],
    { seccomp: { profileType: 2, localhostRef: '/seccomp/p.json' } },
  ],
  ['the default profile', [{}, { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }], { seccomp: { profileType: 0 } }],
  [
    'not as root, but it would be',
    [{ securityContext: { runAsNonRoot: true } }, {}, { uid: 0 }],
    /container has runAsNonRoot and image will run as root \(pod: "p_d\(u\)", container: c\)/,
  ],
  [
    'not as root, but it asks to be',
    [{ securityContext: { runAsNonRoot: true, runAsUser: 0 } }],
    /container's runAsUser breaks non-root policy/,
  ],
  [
    'not as root, and nobody knows',
    [{ securityContext: { runAsNonRoot: true } }, {}, { username: 'app' }],
    /image has non-numeric user \(app\), cannot verify user is non-root/,
  ],
  [
    'processes of all containers in one space',
    [{}, { shareProcessNamespace: true }],
    { namespaceOptions: { network: 0, ipc: 0, pid: 0, usernsOptions: { mode: 2 } } },
  ],
  [
    'those of the host',
    [{}, { hostNetwork: true, hostPID: true, hostIPC: true }],
    { namespaceOptions: { network: 2, ipc: 2, pid: 2, usernsOptions: { mode: 2 } } },
  ],
  [
    'a profile of AppArmor, in the words of new runtimes and of old ones',
    [{ securityContext: { appArmorProfile: { type: 'Localhost', localhostProfile: 'mine' } } }],
    { apparmor: { profileType: 2, localhostRef: 'mine' }, apparmorProfile: 'localhost/mine' },
  ],
  [
    'the usual profile of AppArmor, of the pod',
    [{}, { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } }],
    { apparmor: { profileType: 0 }, apparmorProfile: 'runtime/default' },
  ],
  [
    'no profile of AppArmor',
    [
      { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
      { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } },
    ],
    { apparmor: { profileType: 1 }, apparmorProfile: 'unconfined' },
  ],
  [
    'options of SELinux, those of the container first',
    [
      { securityContext: { seLinuxOptions: { level: 's0:c1' } } },
      { securityContext: { seLinuxOptions: { user: 'u', role: 'r', type: 't', level: 's0' } } },
    ],
    { selinuxOptions: { user: 'u', role: 'r', type: 't', level: 's0:c1' } },
  ],
]
for (const [rule, given, expected] of securities)
  test(`security: ${rule}`, () => {
    if (expected instanceof RegExp) assert.throws(() => secured(...given), expected)
    else {
      const found = secured(...given)
      assert.deepEqual({ ...found, ...expected }, found)
    }
  })
test('users of its own: the namespace, and files shown as theirs', () => {
  const one = pod({ hostUsers: false, containers: [{ name: 'c', image: 'i' }] })
  const users = [{ hostId: 65_536, containerId: 0, length: 65_536 }] as const
  const usernsOptions = { mode: 0, uids: users, gids: users }
  const mounts = [{ containerPath: '/v', hostPath: '/pods/u/v' }]
  const made = containerConfig({ ...input, pod: one, container: one.spec.containers[0] as Container, mounts, users })
  assert.deepEqual(made.linux?.securityContext?.namespaceOptions?.usernsOptions, usernsOptions)
  assert.deepEqual(made.mounts, [{ ...mounts[0], uidMappings: users, gidMappings: users }])
  const sandbox = sandboxConfig(one, 0, { dns, cgroupRoot: '/k', podLogsFolder: '/logs', mapsHostPorts: false, users })
  assert.deepEqual(sandbox.linux?.securityContext?.namespaceOptions?.usernsOptions, usernsOptions)
})
const masks: readonly [rule: string, context: object, isMasked: boolean][] = [
  ['usually', {}, true],
  ['not on its own wish', { procMount: 'Unmasked' }, false],
  ['not with all privileges', { privileged: true }, false],
]
for (const [rule, securityContext, isMasked] of masks)
  test(`parts of /proc are masked: ${rule}`, () => {
    const found = secured({ securityContext })
    assert.equal(found?.maskedPaths?.includes('/proc/kcore') ?? false, isMasked)
    assert.equal(found?.readonlyPaths?.includes('/proc/sys') ?? false, isMasked)
  })
const rights: readonly [rule: string, spec: object, expected: object][] = [
  [
    'has the default profile whatever its containers have',
    { securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'p.json' } } },
    { seccomp: { profileType: 0 }, privileged: false },
  ],
  ['may hold a privileged container', { initContainers: [{ name: 'i', securityContext: { privileged: true } }] }, { privileged: true }],
  [
    'may hold a privileged container that joins later',
    { ephemeralContainers: [{ name: 'e', securityContext: { privileged: true } }] },
    { privileged: true },
  ],
]
for (const [rule, spec, expected] of rights)
  test(`a sandbox ${rule}`, () => {
    const one = pod({ containers: [{ name: 'c', image: 'i' }], ...spec })
    const found = sandboxConfig(one, 0, { dns, cgroupRoot: '/k', podLogsFolder: '/logs', mapsHostPorts: false }).linux?.securityContext
    assert.deepEqual({ ...found, ...expected }, found)
  })
test('a sandbox: place, labels, ports', () => {
  const one = pod({
    containers: [
      {
        name: 'c',
        resources: { requests: { cpu: '1' } },
        ports: [
          { containerPort: 80, hostPort: 8080, protocol: 'TCP' },
          { containerPort: 81, protocol: 'UDP' },
        ],
      },
    ],
  })
  const config = sandboxConfig(one, 2, {
    dns,
    cgroupRoot: '/knarr/x/kubepods',
    podLogsFolder: '/logs',
    mapsHostPorts: true,
  })
  assert.equal(config.linux?.cgroupParent, '/knarr/x/kubepods/burstable/podu')
  assert.equal(config.logDirectory, '/logs/d_p_u')
  assert.deepEqual(config.portMappings, [{ protocol: 0, containerPort: 80, hostPort: 8080, hostIp: '' }])
  assert.equal(config.labels?.['io.kubernetes.pod.uid'], 'u')
})
