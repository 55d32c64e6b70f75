/** The Pod Security Standards, check by check, in upstream's words. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Namespace } from '#kinds/core/namespace.ts'
import { Pod } from '#kinds/core/pod.ts'
import { type Asked, admit } from '#test/support/admission.ts'
import { fixedObjects } from '#test/support/fixed-objects.ts'
import type { Subject } from './check.ts'
import { details, violations } from './evaluate.ts'
import type { Level } from './policy.ts'
import { podSecurity } from './plugin.ts'

const subject = (spec: object, annotations?: Record<string, string>): Subject =>
  ({ metadata: { ...(annotations && { annotations }) }, spec: { containers: [{ name: 'a' }], ...spec } }) as never
const secured = (securityContext: object, more: object = {}) => ({ containers: [{ name: 'a', securityContext, ...more }] })
const HARD = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
}
const hard = (more: object = {}, spec: object = {}) => ({ containers: [{ name: 'a', securityContext: { ...HARD, ...more } }], ...spec })

const ROWS: readonly [Level, Subject, string, number?][] = [
  ['privileged', subject({ hostNetwork: true }), ''],
  ['baseline', subject({}), ''],
  [
    'baseline',
    subject({ hostNetwork: true, hostPID: true, hostIPC: true }),
    'host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)',
  ],
  ['baseline', subject(secured({ privileged: true })), 'privileged (container "a" must not set securityContext.privileged=true)'],
  [
    'baseline',
    subject({ initContainers: [{ name: 'i', securityContext: { privileged: true } }], ...secured({ privileged: true }) }),
    'privileged (containers "i", "a" must not set securityContext.privileged=true)',
  ],
  [
    'baseline',
    subject(secured({ capabilities: { add: ['NET_RAW', 'CHOWN', 'NET_ADMIN'] } })),
    'non-default capabilities (container "a" must not include "NET_ADMIN", "NET_RAW" in securityContext.capabilities.add)',
  ],
  [
    'baseline',
    subject({
      volumes: [
        { name: 'v', hostPath: {} },
        { name: 'w', emptyDir: {} },
      ],
    }),
    'hostPath volumes (volume "v")',
  ],
  [
    'baseline',
    subject(secured({}, { ports: [{ hostPort: 80 }, { hostPort: 443 }, { containerPort: 1 }] })),
    'hostPort (container "a" uses hostPorts 443, 80)',
  ],
  [
    'baseline',
    subject(secured({}, { livenessProbe: { httpGet: { host: 'evil' } } })),
    'probe or lifecycle host (container "a" uses probe or lifecycle host "evil")',
  ],
  ['baseline', subject(secured({}, { livenessProbe: { httpGet: { host: 'evil' } } })), '', 33],
  [
    'baseline',
    subject(secured({ procMount: 'Unmasked' })),
    'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
  ],
  ['baseline', subject({ hostUsers: false, ...secured({ procMount: 'Unmasked' }) }), ''],
  [
    'baseline',
    subject({ hostUsers: false, ...secured({ procMount: 'Unmasked' }) }),
    'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
    34,
  ],
  [
    'baseline',
    subject({ securityContext: { seLinuxOptions: { type: 'x', user: 'u' } }, ...secured({ seLinuxOptions: { role: 'r' } }) }),
    'seLinuxOptions (pod and container "a" set forbidden securityContext.seLinuxOptions: type "x"; user may not be set; role may not be set)',
  ],
  ['baseline', subject(secured({ seLinuxOptions: { type: 'container_engine_t' } })), ''],
  [
    'baseline',
    subject(secured({ seLinuxOptions: { type: 'container_engine_t' } })),
    'seLinuxOptions (container "a" set forbidden securityContext.seLinuxOptions: type "container_engine_t")',
    30,
  ],
  [
    'baseline',
    subject({ securityContext: { seccompProfile: { type: 'Unconfined' } }, ...secured({ seccompProfile: { type: 'Unconfined' } }) }),
    'seccompProfile (pod and container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
  ],
  [
    'baseline',
    subject({}, { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' }),
    'seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")',
    18,
  ],
  [
    'baseline',
    subject({ securityContext: { sysctls: [{ name: 'a' }, { name: 'net.ipv4.tcp_rmem' }, { name: 'b' }] } }),
    'forbidden sysctls (a, b)',
  ],
  ['baseline', subject({ securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem' }] } }), 'forbidden sysctls (net.ipv4.tcp_rmem)', 31],
  [
    'baseline',
    subject(secured({ appArmorProfile: { type: 'Unconfined' } })),
    'forbidden AppArmor profile (container "a" must not set AppArmor profile type to "Unconfined")',
  ],
  [
    'baseline',
    subject({}, { 'container.apparmor.security.beta.kubernetes.io/a': 'unconfined' }),
    'forbidden AppArmor profile (annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/a="unconfined"")',
  ],
  [
    'baseline',
    subject(secured({ windowsOptions: { hostProcess: true } })),
    'hostProcess (container "a" must not set securityContext.windowsOptions.hostProcess=true)',
  ],
  [
    'restricted',
    subject({}),
    'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  ],
  ['restricted', subject(hard()), ''],
  ['restricted', subject(hard({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } })), ''],
  [
    'restricted',
    subject(hard({ capabilities: { drop: ['ALL'], add: ['CHOWN'] } })),
    'unrestricted capabilities (container "a" must not include "CHOWN" in securityContext.capabilities.add)',
  ],
  [
    'restricted',
    subject(
      hard(
        {},
        {
          volumes: [
            { name: 'v', hostPath: {} },
            { name: 'n', nfs: {} },
            { name: 's', secret: {} },
          ],
        },
      ),
    ),
    'restricted volume types (volumes "v", "n" use restricted volume types "hostPath", "nfs")',
  ],
  [
    'restricted',
    subject(hard({ runAsNonRoot: false })),
    'runAsNonRoot != true (container "a" must not set securityContext.runAsNonRoot=false)',
  ],
  ['restricted', subject(hard({ runAsNonRoot: undefined }, { securityContext: { runAsNonRoot: true } })), ''],
  ['restricted', subject(hard({ runAsUser: 0 })), 'runAsUser=0 (container "a" must not set runAsUser=0)'],
  ['restricted', subject(hard({ runAsUser: 0, runAsNonRoot: false }, { hostUsers: false })), ''],
  ['restricted', subject(hard({ seccompProfile: undefined }, { securityContext: { seccompProfile: { type: 'Localhost' } } })), ''],
  [
    'restricted',
    subject(hard({ procMount: 'Unmasked' }, { hostUsers: false })),
    'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
  ],
  ['restricted', subject({ os: { name: 'windows' }, ...secured({ runAsNonRoot: true }) }), ''],
]
for (const [level, given, expected, version] of ROWS)
  test(`${level}${version ? ` in v1.${version}` : ''}: ${expected || 'nothing'} of ${JSON.stringify(given.spec)}`, () =>
    assert.equal(details(violations({ level, version: version ?? 'latest' }, given)), expected))

const labels = (more: Record<string, string>) =>
  Object.fromEntries(Object.entries(more).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value]))
const objects = fixedObjects(
  [
    Namespace,
    { metadata: { name: 'free' } },
    { metadata: { name: 'strict', labels: labels({ enforce: 'restricted' }) } as never },
    { metadata: { name: 'base', labels: labels({ enforce: 'baseline', 'enforce-version': 'v1.30', warn: 'restricted' }) } as never },
    { metadata: { name: 'told', labels: labels({ warn: 'baseline' }) } as never },
  ],
  [
    Pod,
    ...['b', 'a'].map(name => ({ metadata: { name, namespace: 'x' }, spec: { hostNetwork: true, containers: [{ name: 'c' }] } }) as never),
  ],
)
const bad = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', securityContext: { privileged: true } }] } }
const plain = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'x' }] } }
const RESTRICTED = /^pods "p" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(containers? "c"/
const ADMITTED: readonly [string, Asked, RegExp, readonly RegExp[]][] = [
  ['anything where nothing is said', { on: 'pods', namespace: 'free', draft: bad }, /^$/, []],
  ['what is enforced is refused', { on: 'pods', namespace: 'strict', draft: plain }, RESTRICTED, []],
  [
    'what is warned of is warned of',
    { on: 'pods', namespace: 'told', draft: bad },
    /^$/,
    [/^would violate PodSecurity "baseline:latest": privileged \(/],
  ],
  [
    'enforcement and warnings at different levels',
    { on: 'pods', namespace: 'base', draft: plain },
    /^$/,
    [/^would violate PodSecurity "restricted:latest"/],
  ],
  ['the version is told', { on: 'pods', namespace: 'base', draft: bad }, /violates PodSecurity "baseline:v1\.30": privileged/, []],
  ['an update that changes no image', { on: 'pods', namespace: 'strict', operation: 'UPDATE', draft: plain, before: plain }, /^$/, []],
  [
    'an update that changes an image',
    {
      on: 'pods',
      namespace: 'strict',
      operation: 'UPDATE',
      draft: plain,
      before: { ...plain, spec: { containers: [{ name: 'c', image: 'y' }] } },
    },
    RESTRICTED,
    [],
  ],
  [
    'an ephemeral container',
    {
      on: 'pods/ephemeralcontainers',
      namespace: 'strict',
      operation: 'UPDATE',
      draft: { ...plain, spec: { ...plain.spec, ephemeralContainers: [{ name: 'e' }] } },
      before: plain,
    },
    RESTRICTED,
    [],
  ],
  ['status is not looked at', { on: 'pods/status', namespace: 'strict', operation: 'UPDATE', draft: plain, before: bad }, /^$/, []],
  [
    'workloads are warned of',
    { on: 'deployments.apps', namespace: 'strict', draft: { metadata: { name: 'd' }, spec: { template: plain } } },
    /^$/,
    [/^would violate PodSecurity "restricted:latest"/],
  ],
  [
    'cron jobs are warned of',
    { on: 'cronjobs.batch', namespace: 'told', draft: { metadata: { name: 'd' }, spec: { jobTemplate: { spec: { template: bad } } } } },
    /^$/,
    [/privileged/],
  ],
  [
    'a new namespace with unknown words',
    { on: 'namespaces', draft: { metadata: { name: 'n', labels: labels({ enforce: 'x', 'warn-version': '1.30' }) } } },
    /^Namespace "n" is invalid: \[metadata\.labels\[pod-security\.kubernetes\.io\/enforce\]: Invalid value: "x": must be one of privileged, baseline, restricted, metadata\.labels\[pod-security\.kubernetes\.io\/warn-version\]: Invalid value: "1\.30": must be "latest" or "v1\.x"\]$/,
    [],
  ],
  [
    'a namespace that becomes stricter tells of its pods',
    {
      on: 'namespaces',
      operation: 'UPDATE',
      before: { metadata: { name: 'x' } },
      draft: { metadata: { name: 'x', labels: labels({ enforce: 'baseline' }) } },
    },
    /^$/,
    [
      /^existing pods in namespace "x" violate the new PodSecurity enforce level "baseline:latest"$/,
      /^a \(and 1 other pod\): host namespaces$/,
    ],
  ],
  [
    'a namespace that is relaxed tells nothing',
    {
      on: 'namespaces',
      operation: 'UPDATE',
      before: { metadata: { name: 'x', labels: labels({ enforce: 'restricted' }) } },
      draft: { metadata: { name: 'x', labels: labels({ enforce: 'baseline' }) } },
    },
    /^$/,
    [],
  ],
]
for (const [title, asked, message, warnings] of ADMITTED)
  test(`PodSecurity: ${title}`, async () => {
    const outcome = await admit(podSecurity, { objects, ...asked })
    assert.match(outcome.message, message)
    assert.equal(outcome.warnings.length, warnings.length, outcome.warnings.join('\n'))
    for (const [i, warning] of warnings.entries()) assert.match(outcome.warnings[i] ?? '', warning)
  })
