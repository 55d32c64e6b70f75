/** The notes on init containers, ConfigMaps, presets and handlers, and the stateful ones as far as pods go. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { served } from '#test/support/served.ts'
import { example, hasSeeds, seedManifest, sources } from './manifests.ts'
import { forEachSource, tellSources } from './notes.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await startNodeCluster(['busybox', 'nginx', 'goproxy'])
})
after(() => cluster?.[Symbol.asyncDispose]())
const isReady = (pod: Pod | undefined) => pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
const inits = (pod: Pod | undefined) => pod?.status?.initContainerStatuses ?? []
const apply = (namespace: string, input: string) => cluster.ok(['apply', '-n', namespace, '-f', '-'], { input })
const status = async (namespace: string, name: string) =>
  (await cluster.ok(['get', 'pod', '-n', namespace, name, '--no-headers'])).split(/ +/).slice(1, 3).join(' ')

describe('configuration', { concurrency: 3 }, () => {
  tellSources()

  test('an init container fetches the page that the application serves', async () => {
    const namespace = await cluster.namespace('init')
    await cluster.ok(['run', '-n', namespace, 'pages', '--image=k8s.gcr.io/goproxy:0.1'])
    const pages = await cluster.until(namespace, 'pages', isReady)
    await apply(namespace, example('initialised').replace('ip: ADDRESS', `ip: ${pages?.status?.podIP}`))
    const pod = await cluster.until(namespace, 'initialised', isReady)
    assert.deepEqual(
      inits(pod).map(({ name, ready, state }) => [name, ready, state?.terminated?.exitCode]),
      [['fetch', true, 0]],
    )
    assert.match(await served(`http://${pod?.status?.podIP}`), /<h1>goproxy<\/h1>/)
    assert.match(await cluster.ok(['logs', '-n', namespace, 'initialised', '-c', 'fetch']), /Connecting to pages\.example:8080/)
  })
  if (hasSeeds)
    test('the init container of the note waits for a site of the world', async t => {
      const namespace = await cluster.namespace('init-demo')
      await apply(namespace, seedManifest('004', 'name: init-demo'))
      const pod = await cluster.until(
        namespace,
        'init-demo',
        pod => inits(pod)[0]?.state?.terminated ?? inits(pod)[0]?.lastState?.terminated,
      )
      const ended = inits(pod)[0]?.state?.terminated ?? inits(pod)[0]?.lastState?.terminated
      t.diagnostic(`the site was ${ended?.exitCode === 0 ? 'reached' : 'not reached from this machine'}`)
      if (ended?.exitCode === 0) return void (await cluster.until(namespace, 'init-demo', isReady))
      // 0/1 while it tries once more.
      assert.match(await status(namespace, 'init-demo'), /^0\/1 Init:(Error|CrashLoopBackOff|0\/1)$/)
      // The log is that of the last try, which may have just begun.
      await eventually(async () => assert.match(await cluster.ok(['logs', '-n', namespace, 'init-demo', '-c', 'install']), /wget: /))
      assert.equal(pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason, 'PodInitializing')
    })
  forEachSource(
    'init containers that wait for names hold back the application until services have them',
    sources('waiting', { note: '004', line: 'name: myapp-pod' }),
    async ({ cluster, source: { manifest, name }, namespace }) => {
      await apply(namespace, manifest)
      const [first, second] = [...manifest.matchAll(/- name: ((?:init|wait)-\S+)/g)].map(([, name]) => name ?? '')
      const [awaited = '', then = ''] = [...manifest.matchAll(/until nslookup (\w+)/g)].map(([, name]) => name)
      await using logs = cluster.start(['logs', '-n', namespace, '-f', '--pod-running-timeout=60s', name, '-c', first ?? ''])
      await logs.says(new RegExp(`waiting for ${awaited}`))
      assert.equal(await status(namespace, name), '0/1 Init:0/2')
      const described = await cluster.ok(['describe', 'pod', '-n', namespace, name])
      assert.match(described, new RegExp(`\n  ${second}:\n(.*\n)*? +State: +Waiting\n +Reason: +PodInitializing\n`))
      assert.match(described, /\n {2}Initialized +False /)
      const refused = await cluster.fails(['logs', '-n', namespace, name])
      assert.match(refused, /container ".*" in pod ".*" is waiting to start: PodInitializing/)
      for (const service of [then, awaited]) await cluster.ok(['create', 'service', 'clusterip', '-n', namespace, service, '--tcp=80:9376'])
      await cluster.until(namespace, name, isReady)
      await logs.says(new RegExp(`Name:\\t${awaited}\\.${namespace}\\.svc\\.cluster\\.local`))
      assert.match(await cluster.ok(['logs', '-n', namespace, name]), /The app is running!/)
    },
    () => cluster,
  )

  forEachSource(
    'a preset gives its variable and its volume to the pods that it selects',
    sources('preset', { note: '004', line: 'kind: PodPreset' }),
    async ({ cluster, source: { manifest, name }, namespace }) => {
      assert.equal(await apply(namespace, manifest), `podpreset.settings.k8s.io/${name} created\n`)
      await cluster.ok(['run', '-n', namespace, 'chosen', '--image=nginx', '-l', 'role=frontend'])
      await cluster.ok(['run', '-n', namespace, 'other', '--image=nginx'])
      const chosen = await cluster.until(namespace, 'chosen', isReady)
      const preset = JSON.parse(await cluster.ok(['get', 'podpreset', '-n', namespace, name, '-o', 'json']))
      assert.equal(chosen?.metadata.annotations?.[`podpreset.admission.kubernetes.io/podpreset-${name}`], preset.metadata.resourceVersion)
      const inside = ['exec', '-n', namespace, 'chosen', '--', 'sh', '-c', 'echo $DB_PORT; touch /cache/x && echo kept']
      assert.equal(await cluster.ok(inside), '6379\nkept\n')
      const other = await cluster.until(namespace, 'other', isReady)
      assert.deepEqual([other?.metadata.annotations, other?.spec.containers[0]?.env], [undefined, undefined])
      assert.match(
        await cluster.ok(['delete', '-n', namespace, 'podpreset', name]),
        new RegExp(`^podpreset.settings.k8s.io "${name}" deleted`),
      )
    },
    () => cluster,
  )
  forEachSource(
    'a pod that wants something else under the same name is left alone, and an event says why',
    sources('preset', { note: '004', line: 'kind: PodPreset' }),
    async ({ cluster, source: { manifest, name }, namespace }) => {
      await apply(namespace, manifest)
      await cluster.ok(['run', '-n', namespace, 'stubborn', '--image=nginx', '-l', 'role=frontend', '--env=DB_PORT=1'])
      const { metadata, spec } = (await cluster.until(namespace, 'stubborn', pod => pod)) as Pod
      assert.equal(metadata.annotations, undefined)
      assert.deepEqual(spec.containers[0]?.env, [{ name: 'DB_PORT', value: '1' }])
      const events = ['get', 'events', '-n', namespace, '--field-selector=reason=PodPresetConflict', '-o', 'jsonpath={.items[*].message}']
      await eventually(async () =>
        assert.equal(
          await cluster.ok(events),
          `conflict occurred while applying podpresets: ${name}: merging env for ${name} has a conflict on DB_PORT; the pod is created without them`,
        ),
      )
    },
    () => cluster,
  )
  test('a pod gets variables and files from maps and secrets', async () => {
    const namespace = await cluster.namespace('configured')
    assert.equal(
      await apply(namespace, example('configured')),
      'configmap/settings created\nsecret/credentials created\npod/configured created\n',
    )
    await cluster.until(namespace, 'configured', isReady)
    const inside = (script: string) => cluster.ok(['exec', '-n', namespace, 'configured', '--', 'sh', '-c', script])
    assert.equal(await inside('echo $members $state $doubled $PORT $expanded $TOKEN'), '1 new FROM_POD 6379 a value abc\n')
    assert.equal(
      await inside('cat /etc/game/*; ls /etc/credentials; stat -Lc %a /etc/credentials/token; cat /etc/credentials/token'),
      'enemies=aliens\nlives=3\ntoken\n400\nabc',
    )
    assert.equal(
      await inside('touch /etc/credentials/x 2>&1 || echo refused'),
      'touch: /etc/credentials/x: Read-only file system\nrefused\n',
    )
  })
  if (hasSeeds)
    test('the pod that the preset of the note makes is the one that the note shows', async () => {
      const namespace = await cluster.namespace('website')
      await apply(namespace, seedManifest('004', 'name: etcd-env-config'))
      await cluster.ok(['create', 'secret', 'generic', '-n', namespace, 'config-details', '--from-literal=a=b'])
      await apply(namespace, seedManifest('004', '- name: duplicate_key'))
      await apply(namespace, seedManifest('004', 'name: website'))
      const made = (await cluster.until(namespace, 'website', isReady)) as Pod
      // Beside what the note shows, each pod gets its token and what is usual.
      const shown = ['create', '-n', namespace, '--dry-run=server', '-o', 'json', '-f', '-']
      const wanted = JSON.parse(
        await cluster.ok(shown, {
          input: seedManifest('004', 'podpreset.admission.kubernetes.io')
            .replace('name: website', 'name: shown')
            .replace('role: frontend', 'role: none'),
        }),
      )
      const told = ({ spec }: Pick<Pod, 'spec'>) => ({
        volumes: spec.volumes?.filter(({ name }) => !name.startsWith('kube-api-access')),
        containers: spec.containers.map(({ env, envFrom, ports, image, volumeMounts }) => ({
          env,
          envFrom,
          ports,
          image,
          volumeMounts: volumeMounts?.filter(({ name }) => !name.startsWith('kube-api-access')),
        })),
      })
      assert.deepEqual(told(made), told(wanted))
      assert.match(made.metadata.annotations?.['podpreset.admission.kubernetes.io/podpreset-allow-database'] ?? '', /^\d+$/)
      const inside = (script: string) => cluster.ok(['exec', '-n', namespace, 'website', '--', 'sh', '-c', script])
      assert.equal(await inside('echo $DB_PORT $duplicate_key $expansion $initial_cluster_state'), '6379 FROM_ENV a value new\n')
      assert.equal(await inside('cat /etc/app/config.json/a; touch /cache/x && echo kept'), 'bkept\n')
      await cluster.ok(['delete', 'pod', '-n', namespace, 'website', '--grace-period=1'])
      await apply(namespace, seedManifest('004', 'name: website'))
      const pod = await cluster.until(namespace, 'website', isReady)
      assert.match(await served(`http://${pod?.status?.podIP}`), /Welcome to nginx/)
    })

  test('configmaps from folders, files and files of variables', async () => {
    const namespace = await cluster.namespace('maps')
    const folder = join(cluster.folder.root, 'kubectl')
    mkdirSync(folder)
    const files = { 'game.properties': 'enemies=aliens\nlives=3\n', 'ui.properties': 'color.good=purple\n' }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const create = (...args: string[]) => cluster.ok(['create', 'configmap', '-n', namespace, ...args], { cwd: folder })
    const data = async (name: string) =>
      JSON.parse(await cluster.ok(['get', 'configmaps', '-n', namespace, name, '-o', 'jsonpath={.data}']))
    assert.equal(await create('game-config', `--from-file=${folder}`), 'configmap/game-config created\n')
    assert.deepEqual(await data('game-config'), files)
    await create('game-config-2', '--from-file=game.properties', '--from-file=named=ui.properties')
    assert.deepEqual(await data('game-config-2'), { 'game.properties': files['game.properties'], named: files['ui.properties'] })
    await create('game-config-env-file', '--from-env-file=game.properties')
    assert.deepEqual(await data('game-config-env-file'), { enemies: 'aliens', lives: '3' })
    const described = await cluster.ok(['describe', 'configmaps', '-n', namespace, 'game-config'])
    assert.match(described, /\nData\n====\ngame.properties:\n----\nenemies=aliens\nlives=3\n/)
    assert.match(
      await cluster.ok(['get', 'configmaps', '-n', namespace, 'game-config', '-o', 'yaml']),
      /^apiVersion: v1\ndata:\n {2}game.properties: \|\n {4}enemies=aliens\n/,
    )
    assert.match(await cluster.ok(['get', 'configmaps', '-n', namespace]), /^NAME +DATA +AGE\ngame-config +2 +\w+\n/)
    // A page of the world is no file: kubectl says so by itself.
    const url = 'https://k8s.io/docs/tasks/configure-pod-container/configmap/kubectl'
    assert.match(await cluster.fails(['create', 'configmap', 'x', `--from-file=${url}`]), /error reading https:.*no such file or directory/)
  })
  if (hasSeeds)
    test('a map with the marks of another cluster gets marks of its own', async () => {
      const namespace = await cluster.namespace('marks')
      const manifest = seedManifest('004', 'game.properties: |').replace('  namespace: default\n', '')
      // kubectl takes the version away; whoever does not is told so by the server.
      assert.equal(await cluster.ok(['create', '-n', namespace, '-f', '-'], { input: manifest }), 'configmap/game-config created\n')
      const map = JSON.parse(await cluster.ok(['get', 'configmap', '-n', namespace, 'game-config', '-o', 'json']))
      assert.deepEqual(Object.keys(map.data), ['game.properties', 'ui.properties'])
      assert.notEqual(map.metadata.uid, 'b4952dc3-d670-11e5-8cd0-68f728db1985')
      assert.notEqual(map.metadata.creationTimestamp, '2016-02-18T18:52:05Z')
      assert.equal(map.metadata.selfLink, undefined)
    })

  forEachSource(
    'handlers after the start and before the end',
    sources('hooked', { note: '004', line: 'name: lifecycle-demo' }),
    async ({ cluster, source: { manifest, name }, namespace }) => {
      await apply(namespace, manifest)
      await cluster.until(namespace, name, isReady)
      assert.match(
        await cluster.ok(['exec', '-n', namespace, name, '--', 'cat', '/usr/share/message']),
        /^hello (from the poststart handler|after the start)\n$/i,
      )
      await using logs = cluster.start(['logs', '-n', namespace, '-f', name])
      await logs.says(/start worker process /)
      // Whoever waited for the end of the grace period would wait too long.
      assert.equal(
        await cluster.ok(['delete', 'pod', '-n', namespace, name, '--grace-period=600']),
        `pod "${name}" deleted from ${namespace} namespace\n`,
      )
      await logs.exit()
      assert.match(logs.stdout, /gracefully shutting down/)
    },
    () => cluster,
  )

  if (hasSeeds)
    test('configuration and services of the replicated database', async () => {
      const namespace = await cluster.namespace('mysql')
      await apply(namespace, seedManifest('004', 'master.cnf: |'))
      const map = JSON.parse(await cluster.ok(['get', 'configmap', '-n', namespace, 'mysql', '-o', 'json']))
      assert.equal(map.data['slave.cnf'], '# Apply this config only on slaves.\n[mysqld]\nsuper-read-only\n')
      assert.equal(await apply(namespace, seedManifest('004', '# Headless service')), 'service/mysql created\nservice/mysql-read created\n')
      const table = await cluster.ok(['get', 'services', '-n', namespace, '-l', 'app=mysql'])
      assert.match(table, /\nmysql +ClusterIP +None +<none> +3306\/TCP +\w+\nmysql-read +ClusterIP +10\.[\d.]+ +<none> +3306\/TCP +\w+\n/)
    })

  test('config set-context --current --namespace: where commands without -n go; misspelt, kubectl says what it does not know', async () => {
    const namespace = await cluster.namespace('current')
    const KUBECONFIG = join(cluster.folder.root, 'other-kubeconfig')
    writeFileSync(KUBECONFIG, await cluster.ok(['config', 'view', '--raw']))
    const env = { KUBECONFIG }
    assert.match(await cluster.fails(['config', 'set-context', '--curent', `--namespace=${namespace}`], { env }), /unknown flag: --curent/)
    assert.equal(
      await cluster.ok(['config', 'set-context', '--current', `--namespace=${namespace}`], { env }),
      `Context "${cluster.folder.name}" modified.\n`,
    )
    await cluster.ok(['create', 'configmap', 'here'], { env })
    assert.equal(await cluster.ok(['get', 'configmap', 'here', '-o', 'jsonpath={.metadata.namespace}'], { env }), namespace)
  })
})
