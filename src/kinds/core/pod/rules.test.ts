/** What is refused of pods, with the field and the words that users see: one row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode } from '#schema/decode.ts'
import { fillDefaults } from '#schema/default.ts'
import { pathAt } from '#schema/path.ts'
import { problems } from '#schema/validate.ts'
import type { Draft } from '#schema/vocabulary.ts'
import { Pod } from '../pod.ts'

type Json = Record<string, unknown>
const made = (spec: Json, metadata: Json = {}): Pod => {
  const { value } = decode(Pod, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', ...metadata }, spec })
  const draft: Draft<Pod> = value
  fillDefaults(Pod, draft)
  Pod.options.onCreate?.(draft, { now: 0, user: '', subresource: '' })
  return draft
}
const web = { name: 'web', image: 'nginx' }
const withContainer = (more: Json): Json => ({ containers: [{ ...web, ...more }] })
const withSpec = (more: Json): Json => ({ containers: [web], ...more })
const told = (found: readonly { readonly field: string; readonly message: string }[]) =>
  found.map(({ field, message }) => `${field}: ${message}`)
const refusals = (spec: Json) => told(problems(Pod, made(spec)))

const TERMS = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms'
const termsOf = (...terms: readonly (readonly string[])[]) =>
  terms.map(keys => ({ matchExpressions: keys.map(key => ({ key, operator: 'Exists' })) }))
const onNodes = (...terms: readonly (readonly string[])[]) => ({
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: termsOf(...terms) } },
})

const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

const rows: readonly (readonly [rule: string, spec: Json, refusals: readonly string[]])[] = [
  ['a plain pod is valid', withSpec({}), []],
  ['a pod has containers', {}, ['spec.containers: Required value']],
  ['containers have images', { containers: [{ name: 'web' }] }, ['spec.containers[0].image: Required value']],
  ['containers have names', { containers: [{ image: 'a' }] }, ['spec.containers[0].name: Required value']],
  ['container names are DNS labels', withContainer({ name: 'Web' }), [`spec.containers[0].name: Invalid value: "Web": ${LABEL}`]],
  [
    'container names are unique, init containers included',
    { containers: [web], initContainers: [web] },
    ['spec.initContainers[0].name: Duplicate value: "web"'],
  ],
  [
    'images have no spaces around them',
    withContainer({ image: ' nginx' }),
    ['spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace'],
  ],
  [
    'restart policies are known',
    withSpec({ restartPolicy: 'Sometimes' }),
    ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
  ],
  [
    'a host name that overrides is not expanded',
    withSpec({ hostnameOverride: 'a.b', setHostnameAsFQDN: true }),
    ['spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true'],
  ],
  [
    'nor given to the node',
    withSpec({ hostnameOverride: 'a.b', hostNetwork: true }),
    ['spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true'],
  ],
  [
    'nor longer than the kernel takes',
    withSpec({ hostnameOverride: `${'a'.repeat(62)}.${'b'.repeat(2)}` }),
    ['spec.hostnameOverride: Too long: may not be more than 64 bytes'],
  ],
  [
    'DNS policies are known',
    withSpec({ dnsPolicy: 'First' }),
    ['spec.dnsPolicy: Unsupported value: "First": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"'],
  ],
  [
    'pull policies are known',
    withContainer({ imagePullPolicy: 'Maybe' }),
    ['spec.containers[0].imagePullPolicy: Unsupported value: "Maybe": supported values: "Always", "IfNotPresent", "Never"'],
  ],
  [
    'ports are in range',
    withContainer({ ports: [{ containerPort: 70000 }] }),
    ['spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive'],
  ],
  [
    'port names are short',
    withContainer({ ports: [{ name: 'a-very-long-port-name', containerPort: 80 }] }),
    ['spec.containers[0].ports[0].name: Invalid value: "a-very-long-port-name": must be no more than 15 characters'],
  ],
  [
    'port names are unique',
    withContainer({
      ports: [
        { name: 'http', containerPort: 80 },
        { name: 'http', containerPort: 81 },
      ],
    }),
    ['spec.containers[0].ports[1].name: Duplicate value: "http"'],
  ],
  [
    'protocols are known',
    withContainer({ ports: [{ containerPort: 80, protocol: 'ICMP' }] }),
    ['spec.containers[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"'],
  ],
  [
    'a host port is taken once',
    withContainer({
      ports: [
        { containerPort: 80, hostPort: 8080 },
        { containerPort: 81, hostPort: 8080 },
      ],
    }),
    ['spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//8080"'],
  ],
  ['variables have names', withContainer({ env: [{ value: 'x' }] }), ['spec.containers[0].env[0].name: Required value']],
  [
    'variable names have no equals sign',
    withContainer({ env: [{ name: 'A=B' }] }),
    [
      'spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
    ],
  ],
  ['variable names may be odd (KEP-4369)', withContainer({ env: [{ name: '1 a-b.c' }] }), []],
  [
    'a variable has one source',
    withContainer({ env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
    ['spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty'],
  ],
  [
    'a source says where from',
    withContainer({ env: [{ name: 'A', valueFrom: {} }] }),
    [
      'spec.containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
    ],
  ],
  [
    'field paths are of the pod',
    withContainer({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.foo' } } }] }),
    [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.foo": error converting fieldPath: field label not supported: spec.foo',
    ],
  ],
  [
    'labels can be told by key',
    withContainer({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }] }),
    [],
  ],
  [
    'other fields cannot be told by key',
    withContainer({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.name['a']" } } }] }),
    ['spec.containers[0].env[0].valueFrom.fieldRef: Invalid value: "metadata.name": does not support subscript'],
  ],
  [
    'variables come from somewhere',
    withContainer({ envFrom: [{ prefix: 'A' }] }),
    ['spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`'],
  ],
  [
    'units fit the resource',
    withContainer({ env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1Mi' } } }] }),
    [
      'spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
    ],
  ],
  [
    'containers ask for no more than their pod',
    withSpec({ containers: [{ ...web, resources: { requests: { cpu: '2' } } }], resources: { requests: { cpu: '1' } } }),
    ['spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2'],
  ],
  [
    'where the pod says nothing of it they ask for what they like',
    withSpec({ containers: [{ ...web, resources: { requests: { cpu: '2' } } }], resources: { requests: { memory: '1Gi' } } }),
    [],
  ],
  [
    'nor have they more huge pages than their pod',
    withSpec({
      containers: [{ ...web, resources: { limits: { cpu: '1', 'hugepages-2Mi': '4Mi' } } }],
      resources: { limits: { memory: '1Gi', 'hugepages-2Mi': '2Mi' } },
    }),
    [
      'spec.resources.requests[hugepages-2Mi]: Invalid value: "2Mi": must be greater than or equal to aggregate container requests of 4Mi',
      'spec.resources.limits[hugepages-2Mi]: Invalid value: "2Mi": must be greater than or equal to aggregate container limits of 4Mi',
      'spec.resources.containers[0][hugepages-2Mi].limits: Invalid value: "4Mi": must be less than or equal to pod limits of 2Mi',
    ],
  ],
  [
    'requests stay within limits',
    withContainer({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
    ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
  ],
  [
    'extended resources are whole',
    withContainer({ resources: { limits: { 'example.com/gpu': '500m' } } }),
    [
      'spec.containers[0].resources.limits[example.com/gpu]: Invalid value: "500m": must be an integer',
      'spec.containers[0].resources.requests[example.com/gpu]: Invalid value: "500m": must be an integer',
    ],
  ],
  [
    'extended resources are not overcommitted',
    withContainer({ resources: { requests: { 'example.com/gpu': '1' }, limits: { 'example.com/gpu': '2' } } }),
    ['spec.containers[0].resources.requests: Invalid value: "1": must be equal to example.com/gpu limit of 2'],
  ],
  [
    'amounts are not negative',
    withContainer({ resources: { requests: { memory: '-1Mi' } } }),
    ['spec.containers[0].resources.requests[memory]: Invalid value: "-1Mi": must be greater than or equal to 0'],
  ],
  [
    'resources of containers are known',
    withContainer({ resources: { requests: { bananas: '1' } } }),
    ['spec.containers[0].resources.requests[bananas]: Invalid value: "bananas": must be a standard resource for containers'],
  ],
  [
    'mounts name a volume of the pod',
    withContainer({ volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
    ['spec.containers[0].volumeMounts[0].name: Not found: "data"'],
  ],
  [
    'a path is mounted once',
    {
      containers: [
        {
          ...web,
          volumeMounts: [
            { name: 'data', mountPath: '/data' },
            { name: 'data', mountPath: '/data' },
          ],
        },
      ],
      volumes: [{ name: 'data' }],
    },
    ['spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/data": must be unique'],
  ],
  [
    'sub-paths stay inside the volume',
    {
      containers: [{ ...web, volumeMounts: [{ name: 'data', mountPath: '/data', subPath: '../etc' }] }],
      volumes: [{ name: 'data' }],
    },
    ['spec.containers[0].volumeMounts.subPath: Invalid value: "../etc": must not contain \'..\''],
  ],
  [
    'volumes have one source',
    withSpec({ volumes: [{ name: 'data', emptyDir: {}, hostPath: { path: '/x' } }] }),
    ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
  ],
  ['volume names are unique', withSpec({ volumes: [{ name: 'a' }, { name: 'a' }] }), ['spec.volumes[1].name: Duplicate value: "a"']],
  [
    'secret volumes name a secret',
    withSpec({ volumes: [{ name: 'a', secret: {} }] }),
    ['spec.volumes[0].secret.secretName: Required value'],
  ],
  [
    'config map volumes name a map',
    withSpec({ volumes: [{ name: 'a', configMap: {} }] }),
    ['spec.volumes[0].configMap.name: Required value'],
  ],
  [
    'file modes are permissions',
    withSpec({ volumes: [{ name: 'a', secret: { secretName: 's', defaultMode: 512 } }] }),
    ['spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive'],
  ],
  [
    'host paths do not step back',
    withSpec({ volumes: [{ name: 'a', hostPath: { path: '/a/../b' } }] }),
    ['spec.volumes[0].hostPath.path: Invalid value: "/a/../b": must not contain \'..\''],
  ],
  [
    'headers have header names',
    withContainer({ livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: 'X_A', value: '' }] } } }),
    [
      "spec.containers[0].livenessProbe.httpGet.httpHeaders: Invalid value: \"X_A\": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
    ],
  ],
  [
    'pods that are not restarted are not restarted to be resized',
    withSpec({
      restartPolicy: 'Never',
      containers: [{ ...web, resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] }],
    }),
    ["spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when `restartPolicy` is 'Never'"],
  ],
  [
    'probes do something',
    withContainer({ livenessProbe: {} }),
    ['spec.containers[0].livenessProbe: Required value: must specify a handler type'],
  ],
  [
    'probes do one thing',
    withContainer({ livenessProbe: { exec: { command: ['true'] }, tcpSocket: { port: 80 } } }),
    ['spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type'],
  ],
  [
    'one success says alive',
    withContainer({ livenessProbe: { exec: { command: ['true'] }, successThreshold: 2 } }),
    ['spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1'],
  ],
  [
    'plain init containers have no probes',
    withSpec({ initContainers: [{ name: 'init', image: 'a', readinessProbe: { exec: { command: ['true'] } } }] }),
    ['spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always'],
  ],
  [
    'sidecars have probes',
    withSpec({
      initContainers: [{ name: 'init', image: 'a', restartPolicy: 'Always', readinessProbe: { exec: { command: ['true'] } } }],
    }),
    [],
  ],
  [
    'privileged containers can escalate',
    withContainer({ securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
    [
      'spec.containers[0].securityContext: Invalid value: {"privileged":true,"allowPrivilegeEscalation":false}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
    ],
  ],
  [
    'user ids fit',
    withContainer({ securityContext: { runAsUser: -1 } }),
    ['spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive'],
  ],
  [
    'local profiles have a name',
    withSpec({ securityContext: { seccompProfile: { type: 'Localhost' } } }),
    ['spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost'],
  ],
  [
    'tolerations do not compare numbers',
    withSpec({ tolerations: [{ key: 'k', operator: 'Gt', value: '5' }] }),
    ['spec.tolerations[0].operator: Unsupported value: "Gt": supported values: "Equal", "Exists", "Lt", "Gt"'],
  ],
  [
    'a toleration without key tolerates all',
    withSpec({ tolerations: [{ operator: 'Equal', value: 'x' }] }),
    [
      'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    ],
  ],
  [
    'only evictions have seconds',
    withSpec({ tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 5 }] }),
    ['spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set'],
  ],
  [
    'node selectors are label values',
    withSpec({ nodeSelector: { 'a b': 'x' } }),
    [
      "spec.nodeSelector: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ],
  ],
  [
    'affinity terms say over what',
    withSpec({ affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: {} }] } } }),
    ['spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty'],
  ],
  [
    'skew is positive',
    withSpec({ topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }] }),
    ['spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero'],
  ],
  [
    'without DNS policy there are nameservers',
    withSpec({ dnsPolicy: 'None', dnsConfig: {} }),
    ['spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None'],
  ],
  [
    'host aliases are addresses',
    withSpec({ hostAliases: [{ ip: 'x' }] }),
    ['spec.hostAliases[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
  ],
  [
    'a deadline is positive',
    withSpec({ activeDeadlineSeconds: 0 }),
    ['spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive'],
  ],
  [
    'ephemeral containers come later',
    withSpec({ ephemeralContainers: [{ name: 'debug', image: 'a' }] }),
    ['spec.ephemeralContainers: Forbidden: cannot be set on create'],
  ],
  [
    'sysctls have names',
    withSpec({ securityContext: { sysctls: [{ name: 'a b', value: '1' }] } }),
    [
      'spec.securityContext.sysctls[0].name: Invalid value: "a b": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
    ],
  ],
  [
    'pods for Windows have no host processes',
    withSpec({ os: { name: 'windows' }, hostPID: true }),
    ['spec.hostPID: Forbidden: cannot be set for a windows pod'],
  ],
  [
    'all of /proc only for users of its own',
    withSpec({ containers: [{ name: 'c', image: 'i', securityContext: { procMount: 'Unmasked' } }] }),
    ['spec.containers[0].securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`'],
  ],
  [
    'all of /proc for users of its own',
    withSpec({ hostUsers: false, containers: [{ name: 'c', image: 'i', securityContext: { procMount: 'Unmasked' } }] }),
    [],
  ],
  [
    'pods for Linux have no Windows options',
    withSpec({ os: { name: 'linux' }, securityContext: { windowsOptions: {} } }),
    ['spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod'],
  ],
  [
    'gated pods have no node',
    withSpec({ nodeName: 'n1', schedulingGates: [{ name: 'example.com/wait' }] }),
    ['spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared'],
  ],
]
for (const [rule, spec, want] of rows) test(rule, () => assert.deepEqual(refusals(spec), want))

const FIXED =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'
const changes: readonly (readonly [
  rule: string,
  subresource: string,
  specs: readonly [before: Json, next: Json],
  refusals: readonly string[],
])[] = [
  ['an image may change', '', [withSpec({}), withContainer({ image: 'nginx:2', imagePullPolicy: 'Always' })], []],
  [
    'other fields of a container may not',
    '',
    [withSpec({}), withContainer({ args: ['x'] })],
    [`spec: Forbidden: ${FIXED}\n  changed: spec.containers`],
  ],
  [
    'containers may not be added',
    '',
    [withSpec({}), { containers: [web, { name: 'b', image: 'b' }] }],
    ['spec.containers: Forbidden: pod updates may not add or remove containers'],
  ],
  ['a deadline may come nearer', '', [withSpec({ activeDeadlineSeconds: 10 }), withSpec({ activeDeadlineSeconds: 5 })], []],
  [
    'a deadline may not move away',
    '',
    [withSpec({ activeDeadlineSeconds: 10 }), withSpec({ activeDeadlineSeconds: 20 })],
    ['spec.activeDeadlineSeconds: Invalid value: 20: must be less than or equal to previous value'],
  ],
  ['tolerations may be added', '', [withSpec({}), withSpec({ tolerations: [{ key: 'a', operator: 'Exists' }] })], []],
  [
    'tolerations may not be taken away',
    '',
    [withSpec({ tolerations: [{ key: 'a', operator: 'Exists' }] }), withSpec({})],
    ['spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds'],
  ],
  ['gates may be lifted', '', [withSpec({ schedulingGates: [{ name: 'a' }] }), withSpec({})], []],
  [
    'gates may not be set up',
    '',
    [withSpec({}), withSpec({ schedulingGates: [{ name: 'a' }] })],
    ["spec.schedulingGates[0]: Forbidden: only deletion is allowed, but found new scheduling gate 'a'"],
  ],
  ['a gated pod may be narrowed', '', [withSpec({ schedulingGates: [{ name: 'a' }] }), withSpec({ nodeSelector: { a: 'b' } })], []],
  [
    'but only by additions',
    '',
    [withSpec({ schedulingGates: [{ name: 'a' }], nodeSelector: { a: 'b' } }), withSpec({ nodeSelector: { a: 'c' } })],
    ['spec.nodeSelector: Invalid value: {"a":"c"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)'],
  ],
  [
    'terms of its node affinity stay as many',
    '',
    [withSpec({ schedulingGates: [{ name: 'a' }], affinity: onNodes(['x']) }), withSpec({ affinity: onNodes(['x'], ['y']) })],
    [
      `${TERMS}: Invalid value: ${JSON.stringify(termsOf(['x'], ['y']))}: no additions/deletions to non-empty NodeSelectorTerms list are allowed`,
    ],
  ],
  [
    'each of them asks for no less',
    '',
    [withSpec({ schedulingGates: [{ name: 'a' }], affinity: onNodes(['x']) }), withSpec({ affinity: onNodes(['y']) })],
    [`${TERMS}[0]: Invalid value: ${JSON.stringify(termsOf(['y'])[0])}: only additions are allowed (no mutations or deletions)`],
  ],
  [
    'or for more',
    '',
    [withSpec({ schedulingGates: [{ name: 'a' }], affinity: onNodes(['x']) }), withSpec({ affinity: onNodes(['x', 'y']) })],
    [],
  ],
  [
    'an ungated pod may not',
    '',
    [withSpec({}), withSpec({ nodeSelector: { a: 'b' } })],
    [`spec: Forbidden: ${FIXED}\n  changed: spec.nodeSelector`],
  ],
  [
    'ephemeral containers stay',
    'ephemeralcontainers',
    [withSpec({ ephemeralContainers: [{ name: 'debug', image: 'a' }] }), withSpec({})],
    ['spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be removed\n'],
  ],
  [
    'a resize takes nothing away',
    'resize',
    [withContainer({ resources: { requests: { cpu: '1', memory: '1Gi' } } }), withContainer({ resources: { requests: { cpu: '2' } } })],
    ['spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed'],
  ],
  [
    'a resize keeps what the pod as a whole has',
    'resize',
    [
      withSpec({ resources: { requests: { cpu: '1', memory: '1Gi' } }, containers: [web] }),
      withSpec({ resources: { requests: { cpu: '2' } }, containers: [web] }),
    ],
    ['spec.resources.requests: Forbidden: pod-level resource requests cannot be removed'],
  ],
  [
    'a pod as a whole may be larger, and may be limited from now on',
    'resize',
    [
      withSpec({ resources: { requests: { cpu: '1' } }, containers: [web] }),
      withSpec({ resources: { requests: { cpu: '2' }, limits: { cpu: '3' } }, containers: [web] }),
    ],
    [],
  ],
  [
    'only its CPU and memory change',
    'resize',
    [
      withSpec({ resources: { requests: { cpu: '1' } }, containers: [web] }),
      withSpec({
        resources: { requests: { cpu: '1', 'hugepages-2Mi': '2Mi' }, limits: { 'hugepages-2Mi': '2Mi' } },
        containers: [web],
      }),
    ],
    ['spec: Forbidden: only cpu and memory resources are mutable at pod-level'],
  ],
  [
    'a resize keeps the containers',
    'resize',
    [withSpec({ containers: [web] }), withSpec({ containers: [web, { ...web, name: 'b' }] })],
    ['spec.containers: Forbidden: containers may not be added or removed on resize'],
  ],
  [
    'a resize keeps their order',
    'resize',
    [withSpec({ containers: [web, { ...web, name: 'b' }] }), withSpec({ containers: [{ ...web, name: 'b' }, web] })],
    [
      'spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize',
      'spec.containers[1].name: Forbidden: containers may not be renamed or reordered on resize',
    ],
  ],
  [
    'a resize keeps the policy',
    'resize',
    [withContainer({}), withContainer({ resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] })],
    ['spec: Forbidden: only cpu and memory resources are mutable'],
  ],
  [
    'plain init containers are resized, too',
    'resize',
    [
      withSpec({ initContainers: [{ name: 'init', image: 'a', resources: { requests: { cpu: '1' } } }] }),
      withSpec({ initContainers: [{ name: 'init', image: 'a', resources: { requests: { cpu: '2' } } }] }),
    ],
    [],
  ],
  [
    'a resize may be larger',
    'resize',
    [withContainer({ resources: { requests: { cpu: '1' } } }), withContainer({ resources: { requests: { cpu: '2' } } })],
    [],
  ],
  [
    'a resize keeps the class',
    'resize',
    [withSpec({}), withContainer({ resources: { requests: { cpu: '1' } } })],
    ['spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing'],
  ],
]
const ended = (name: string, exitCode: number) => ({ containerStatuses: [{ name, state: { terminated: { exitCode } } }] })
const statusOf = (status: Json) => (spec: Json) => ({
  ...made(spec),
  status: decode(Pod, { apiVersion: 'v1', kind: 'Pod', status }).value.status,
})
const statusChanges: readonly (readonly [
  rule: string,
  spec: Json,
  statuses: readonly [before: Json, next: Json],
  refusals: readonly string[],
])[] = [
  [
    'what has ended for good stays ended',
    withSpec({ restartPolicy: 'Never' }),
    [ended('web', 1), { containerStatuses: [{ name: 'web', state: { running: {} } }] }],
    ['status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'],
  ],
  [
    'what has failed may start again',
    withSpec({ restartPolicy: 'OnFailure' }),
    [ended('web', 1), { containerStatuses: [{ name: 'web', state: { running: {} } }] }],
    [],
  ],
  [
    'what has ended may start again where one container restarts all',
    withSpec({
      restartPolicy: 'Never',
      initContainers: [
        {
          name: 'watcher',
          image: 'i',
          restartPolicy: 'Always',
          restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [88] } }],
        },
      ],
    }),
    [ended('web', 0), { containerStatuses: [{ name: 'web', state: { running: {} } }] }],
    [],
  ],
  [
    'the class stays',
    withSpec({}),
    [{ qosClass: 'BestEffort' }, { qosClass: 'Burstable' }],
    ['status.qosClass: Invalid value: "Burstable": field is immutable'],
  ],
]
for (const [rule, spec, [before, next], want] of statusChanges)
  test(rule, () => {
    const at = pathAt()
    const occasion = { now: 0, user: '', subresource: 'status' }
    Pod.options.validateUpdate?.(statusOf(next)(spec), at, { before: statusOf(before)(spec), occasion })
    assert.deepEqual(told(at.problems), want)
  })

for (const [rule, subresource, [before, next], want] of changes)
  test(rule, () => {
    const at = pathAt()
    Pod.options.validateUpdate?.(made(next), at, { before: made(before), occasion: { now: 0, user: '', subresource } })
    assert.deepEqual(told(at.problems), want)
  })
