/** What kubectl does to objects: create, apply, diff, label, annotate, edit, patch, replace, delete. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { KUBECTL_VERSIONS, type KubectlVersion, type ProgramOptions } from '#test/support/kubectl.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await startNodeCluster(['busybox', 'nginx'])
})
after(() => cluster?.[Symbol.asyncDispose]())

const configMap = (name: string, data: object, labels?: object) =>
  `${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...(labels && { labels }) }, data })}\n`
const pod = (name: string, image: string, more: object = {}) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image, ...more }] },
  })
/** kubectl of a version in a namespace of its own. */
async function at(version: KubectlVersion, topic: string) {
  const namespace = await cluster.namespace(`${topic}-${version.replace('.', '-')}`)
  const run = (args: string, options: ProgramOptions = {}) =>
    cluster.kubectl(['-n', namespace, ...args.split(' ')], { version, ...options })
  const ok = (args: string, options: ProgramOptions = {}) => cluster.ok(['-n', namespace, ...args.split(' ')], { version, ...options })
  const fails = (args: string, options: ProgramOptions = {}) =>
    cluster.fails(['-n', namespace, ...args.split(' ')], { version, ...options })
  const data = async (name: string) => JSON.parse(await ok(`get configmap ${name} -o jsonpath={.data}`)) as unknown
  /** Newer kubectl tells the namespace of what is deleted. */
  const deleted = (text: string) => text.replaceAll(` from ${namespace} namespace`, '')
  return { namespace, run, ok, fails, data, deleted }
}

for (const version of KUBECTL_VERSIONS)
  describe(`kubectl ${version}`, { concurrency: 3 }, () => {
    test('apply: created, unchanged, configured; what is left out goes away; diff shows it before', async () => {
      const { run, ok, data } = await at(version, 'apply')
      assert.equal(await ok('apply -f -', { input: configMap('m', { a: '1', b: '2' }) }), 'configmap/m created\n')
      assert.equal(await ok('apply -f -', { input: configMap('m', { a: '1', b: '2' }) }), 'configmap/m unchanged\n')
      const diff = await run('diff -f -', { input: configMap('m', { a: '3' }) })
      assert.equal(diff.code, 1, diff.stderr)
      assert.match(diff.stdout, /\n data:\n- {2}a: "1"\n- {2}b: "2"\n\+ {2}a: "3"\n/)
      assert.equal(await ok('apply -f -', { input: configMap('m', { a: '3' }) }), 'configmap/m configured\n')
      assert.deepEqual(await data('m'), { a: '3' })
      assert.equal((await run('diff -f -', { input: configMap('m', { a: '3' }) })).code, 0)
      assert.match(await ok('get configmap m -o yaml'), /kubectl.kubernetes.io\/last-applied-configuration: \|/)
    })
    test('apply: what others set stays; set-last-applied and view-last-applied', async () => {
      const { ok, data } = await at(version, 'others')
      await ok('apply -f -', { input: configMap('m', { a: '1' }) })
      await ok(`patch configmap m -p {"data":{"other":"x"}}`)
      await ok('apply -f -', { input: configMap('m', { a: '2' }) })
      assert.deepEqual(await data('m'), { a: '2', other: 'x' })
      assert.match(await ok('apply view-last-applied configmap m'), /data:\n {2}a: "2"\n/)
    })
    test('apply --server-side: owners of fields, conflicts, force', async () => {
      const { ok, fails, data } = await at(version, 'ssa')
      const apply = 'apply --server-side -f -'
      assert.equal(await ok(apply, { input: configMap('m', { a: '1' }) }), 'configmap/m serverside-applied\n')
      await ok(`${apply} --field-manager=other`, { input: configMap('m', { b: '2' }) })
      assert.deepEqual(await data('m'), { a: '1', b: '2' })
      const conflict = await fails(`${apply} --field-manager=other`, { input: configMap('m', { a: '3', b: '2' }) })
      assert.match(conflict, /Apply failed with 1 conflict: conflict with "kubectl": \.data\.a\n/)
      await ok(`${apply} --field-manager=other --force-conflicts`, { input: configMap('m', { a: '3', b: '2' }) })
      await ok(apply, { input: configMap('m', {}) })
      assert.deepEqual(await data('m'), { a: '3', b: '2' })
      await ok(`${apply} --field-manager=other`, { input: configMap('m', { b: '2' }) })
      assert.deepEqual(await data('m'), { b: '2' })
    })
    test('apply from a file, a folder, a URL, standard input and a kustomization; --prune and dry runs', async () => {
      const { namespace, ok } = await at(version, 'sources')
      const folder = join(cluster.folder.root, namespace)
      mkdirSync(join(folder, 'deep'), { recursive: true })
      writeFileSync(join(folder, 'one.yaml'), configMap('one', { a: '1' }))
      writeFileSync(join(folder, 'two.json'), configMap('two', { a: '1' }))
      writeFileSync(
        join(folder, 'deep/three.yaml'),
        ['three', 'four'].map(name => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`).join('---\n'),
      )
      assert.equal(await ok('apply -f one.yaml', { cwd: folder }), 'configmap/one created\n')
      assert.equal(await ok('apply -f .', { cwd: folder }), 'configmap/one unchanged\nconfigmap/two created\n')
      assert.equal(
        await ok('apply -R -f .', { cwd: folder }),
        'configmap/three created\nconfigmap/four created\nconfigmap/one unchanged\nconfigmap/two unchanged\n',
      )
      await using server = createServer((_, response) => response.end(configMap('five', {}))).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      assert.equal(await ok(`apply -f http://127.0.0.1:${port}/five.yaml`), 'configmap/five created\n')
      const kustomization =
        'namePrefix: my-\nresources: [one.yaml]\nlabels: [{pairs: {made: by-kustomize}}]\nconfigMapGenerator: [{name: made, literals: [a=b]}]\n'
      writeFileSync(join(folder, 'kustomization.yaml'), kustomization)
      assert.match(await ok('apply -k .', { cwd: folder }), /^configmap\/my-made-\w+ created\nconfigmap\/my-one created\n$/)
      assert.match(await ok('delete -k .', { cwd: folder }), /^configmap "my-made-\w+" deleted.*\nconfigmap "my-one" deleted/)
      assert.equal(await ok('apply --dry-run=server -f -', { input: configMap('six', {}) }), 'configmap/six created (server dry run)\n')
      assert.equal(await ok('apply --dry-run=client -f -', { input: configMap('six', {}) }), 'configmap/six created (dry run)\n')
      assert.equal(await ok('get configmap six --ignore-not-found'), '')
    })

    test('create: what it makes of words', async () => {
      const { namespace, ok, fails } = await at(version, 'create')
      const rows = [
        ['create namespace made-NS', 'namespace/made-NS created\n'],
        ['create serviceaccount robot', 'serviceaccount/robot created\n'],
        ['create configmap literal --from-literal=a=b', 'configmap/literal created\n'],
        ['create secret generic hidden --from-literal=key=value', 'secret/hidden created\n'],
        ['create secret docker-registry registry --docker-server=r --docker-username=u --docker-password=p', 'secret/registry created\n'],
        ['create role reader --verb=get,list --resource=pods', 'role.rbac.authorization.k8s.io/reader created\n'],
        ['create rolebinding reads --role=reader --serviceaccount=default:robot', 'rolebinding.rbac.authorization.k8s.io/reads created\n'],
        ['create quota bounds --hard=pods=20', 'resourcequota/bounds created\n'],
        ['create priorityclass high-NS --value=1000', 'priorityclass.scheduling.k8s.io/high-NS created\n'],
        ['create deployment web --image=nginx --replicas=0', 'deployment.apps/web created\n'],
        ['create job once --image=busybox -- true', 'job.batch/once created\n'],
        ['create cronjob nightly --image=busybox --schedule=0_3_*_*_*', 'cronjob.batch/nightly created\n'],
        ['create job now --from=cronjob/nightly', 'job.batch/now created\n'],
        ['create service clusterip front --tcp=80:8080', 'service/front created\n'],
        ['create ingress way --rule=a.example/*=front:80', 'ingress.networking.k8s.io/way created\n'],
        ['create poddisruptionbudget some --selector=app=web --min-available=1', 'poddisruptionbudget.policy/some created\n'],
      ] as const
      for (const [args, said] of rows) {
        const words = args
          .replaceAll('NS', namespace)
          .split(' ')
          .map(word => word.replaceAll('_', ' '))
        assert.equal(await cluster.ok(['-n', namespace, ...words], { version }), said.replaceAll('NS', namespace), args)
      }
      assert.equal(await ok('get secret hidden -o jsonpath={.data.key}'), Buffer.from('value').toString('base64'))
      assert.equal(await ok('get cronjob nightly -o jsonpath={.spec.schedule}'), '0 3 * * *')
      assert.match(await ok('create token robot --duration=10m'), /^eyJ[\w-]+\.[\w-]+\.[\w-]+\n?$/)
      assert.equal(await fails('create configmap literal'), 'error: failed to create configmap: configmaps "literal" already exists\n')
      assert.equal(await fails('create serviceaccount Robot').then(text => text.includes('a lowercase RFC 1123 subdomain')), true)
    })
    test('run: dry runs show what would be made', async () => {
      const { ok, run } = await at(version, 'run')
      const client = await ok('run web --image=nginx --port=80 --env=A=b --labels=app=web --dry-run=client -o yaml')
      assert.match(client, /^apiVersion: v1\nkind: Pod\n[^]*image: nginx\n[^]*containerPort: 80\n/)
      const server = JSON.parse(await ok('run web --image=nginx --dry-run=server -o json'))
      assert.deepEqual(
        [server.spec.containers[0].imagePullPolicy, server.spec.serviceAccountName, server.status.phase],
        ['Always', 'default', 'Pending'],
      )
      assert.equal(await ok('get pods -o name'), '')
      const once = await run('run once --image=busybox --rm -i --restart=Never --quiet -- sh', { input: 'echo from the input; exit 6\n' })
      assert.deepEqual([once.code, once.stdout.includes('from the input\n')], [6, true], once.stderr)
    })

    test('label and annotate: set, overwrite, remove, by selector', async () => {
      const { ok, fails } = await at(version, 'label')
      for (const name of ['a', 'b']) await ok(`create configmap ${name}`)
      assert.equal(await ok('label configmap a tier=front'), 'configmap/a labeled\n')
      assert.match(await fails('label configmap a tier=back'), /'tier' already has a value \(front\), and --overwrite is false/)
      assert.equal(await ok('label configmap a tier=back --overwrite'), 'configmap/a labeled\n')
      assert.equal(
        await ok('label configmap --all all=yes').then(
          text => text.split('\n').filter(line => /configmap\/[ab] labeled/.test(line)).length,
        ),
        2,
      )
      assert.equal(await ok('label configmap -l tier=back tier-'), 'configmap/a unlabeled\n')
      assert.match(await ok('annotate configmap a note=text'), /^configmap\/a annotated?\n$/)
      assert.equal(
        await ok('get configmap a -o jsonpath={.metadata.labels.all},{.metadata.labels.tier},{.metadata.annotations.note}'),
        'yes,,text',
      )
      assert.match(await fails('label configmap a a=b=c'), /invalid label spec: a=b=c|a valid label must/)
    })
    test('patch: json, merge, strategic; edit with an editor; replace', async () => {
      const { ok, run, fails, data, namespace } = await at(version, 'patch')
      await ok('create -f -', { input: configMap('m', { a: '1' }) })
      assert.equal(await ok('patch configmap m --type=merge -p {"data":{"b":"2"}}'), 'configmap/m patched\n')
      assert.equal(await ok('patch configmap m --type=json -p [{"op":"remove","path":"/data/a"}]'), 'configmap/m patched\n')
      assert.equal(await ok('patch configmap m -p {"data":{"b":"2"}}'), 'configmap/m patched (no change)\n')
      assert.deepEqual(await data('m'), { b: '2' })
      await ok('create -f -', { input: pod('p', 'busybox', { command: ['sleep', '1000'] }) })
      await ok('patch pod p -p {"spec":{"containers":[{"name":"c","image":"busybox:1.28"}]}}')
      assert.equal(await ok('get pod p -o jsonpath={.spec.containers[*].image},{.spec.containers[*].command[0]}'), 'busybox:1.28,sleep')
      const forbidden = await fails('patch pod p -p {"spec":{"nodeName":"other"}}')
      assert.match(forbidden, /spec: Forbidden: pod updates may not change fields other than/)
      assert.match(
        await fails('patch configmap m --type=json -p [{"op":"test","path":"/data/b","value":"x"}]'),
        /testing|test.*failed|the server rejected/,
      )
      const editor = join(cluster.folder.root, `${namespace}-editor`)
      writeFileSync(editor, '#!/bin/sh\nsed -i "s/b: .*/b: edited/" "$1"\n', { mode: 0o755 })
      assert.equal(await ok('edit configmap m', { env: { KUBE_EDITOR: editor } }), 'configmap/m edited\n')
      assert.deepEqual(await data('m'), { b: 'edited' })
      const untouched = await run('edit configmap m', { env: { KUBE_EDITOR: 'true' } })
      assert.deepEqual([untouched.code, untouched.stderr], [0, 'Edit cancelled, no changes made.\n'])
      assert.equal(await ok('replace -f -', { input: configMap('m', { c: '3' }) }), 'configmap/m replaced\n')
      assert.deepEqual(await data('m'), { c: '3' })
      const uid = await ok('get pod p -o jsonpath={.metadata.uid}')
      assert.match(
        await ok('replace --force --grace-period=0 -f -', { input: pod('p', 'nginx') }),
        /pod "p" (force )?deleted.*\npod\/p replaced\n$/,
      )
      assert.notEqual(await ok('get pod p -o jsonpath={.metadata.uid}'), uid)
      assert.match(await fails('replace -f -', { input: configMap('nobody', {}) }), /configmaps "nobody" not found/)
    })
    test('delete: by name, label and file, all; with and without grace, waiting and cascade', async () => {
      const { ok, fails, run, deleted, namespace } = await at(version, 'delete')
      for (const name of ['a', 'b', 'c', 'd']) await ok('create -f -', { input: configMap(name, {}, { name }) })
      assert.equal(deleted(await ok('delete configmap a')), 'configmap "a" deleted\n')
      assert.equal(deleted(await ok('delete configmap -l name=b')), 'configmap "b" deleted\n')
      assert.equal(deleted(await ok('delete -f -', { input: configMap('c', {}) })), 'configmap "c" deleted\n')
      assert.equal(deleted(await ok('delete configmap --field-selector=metadata.name=d')), 'configmap "d" deleted\n')
      for (const name of ['e', 'f']) await ok(`create secret generic ${name}`)
      assert.equal(deleted(await ok('delete secrets --all')), 'secret "e" deleted\nsecret "f" deleted\n')
      assert.equal(await fails('delete configmap a'), 'Error from server (NotFound): configmaps "a" not found\n')
      assert.equal(await ok('delete configmap a --ignore-not-found'), '')
      for (const name of ['p', 'q']) await ok('create -f -', { input: pod(name, 'busybox', { command: ['sleep', '1000'] }) })
      await ok('wait --for=condition=Ready pod/p pod/q')
      assert.equal(deleted(await ok('delete pod p --grace-period=1')), 'pod "p" deleted\n')
      const forced = await run('delete pod q --force --grace-period=0')
      assert.deepEqual([forced.code, deleted(forced.stdout)], [0, 'pod "q" force deleted\n'])
      assert.match(
        forced.stderr,
        /Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated/,
      )
      // A dependent follows its owner at once, or stays when it is told to.
      const owner = async (name: string) => {
        await ok('create -f -', { input: configMap(name, {}) })
        const uid = await ok(`get configmap ${name} -o jsonpath={.metadata.uid}`)
        const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid, blockOwnerDeletion: true }]
        await ok('create -f -', {
          input: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `of-${name}`, ownerReferences } }),
        })
      }
      for (const cascade of ['background', 'foreground', 'orphan']) {
        await owner(cascade)
        await ok(`delete configmap ${cascade} --cascade=${cascade}`)
        if (cascade !== 'orphan') await ok(`wait --for=delete configmap/of-${cascade}`)
      }
      assert.equal(await ok('get configmap of-orphan -o jsonpath={.metadata.ownerReferences}'), '')
      assert.equal(await ok('delete namespace NS --wait=false'.replace('NS', namespace)), `namespace "${namespace}" deleted\n`)
      await cluster.ok(['wait', '--for=delete', `namespace/${namespace}`], { version })
      assert.equal(await cluster.ok(['get', 'namespace', namespace, '--ignore-not-found'], { version }), '')
    })
  })
