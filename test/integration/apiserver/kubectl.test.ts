/** Real kubectl at its everyday work on ConfigMaps, Namespaces and Deployments. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startSecured } from '../auth/secured.ts'

const MAP = (value: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: shop}\ndata: {a: "1", b: "${value}"}\n`
/** Of the whole cluster, and one whose own name is the namespace of its path. */
const WIDE = `apiVersion: v1
kind: Namespace
metadata: {name: tea}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: brew}
rules: []
`
const BAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad, namespace: shop}\ndat: {a: b}\n'

/** What is typed, what must come out (errors first), and what goes in. */
const STEPS: readonly (readonly [command: string, expected: RegExp, input?: string])[] = [
  ['create ns shop', /^namespace\/shop created$/],
  ['apply -f -', /^configmap\/m created$/, MAP('1')],
  ['apply -f -', /^configmap\/m unchanged$/, MAP('1')],
  ['diff -f -', /^\+ {2}b: "2"$/m, MAP('2')],
  ['apply -f -', /^configmap\/m configured$/, MAP('2')],
  ['apply -f - --server-side --force-conflicts', /^configmap\/m serverside-applied$/, MAP('3')],
  ['apply -f - --server-side --field-manager=other', /Apply failed with 1 conflict: conflict with "kubectl": \.data\.b/, MAP('4')],
  ['apply -f - --server-side', /^namespace\/tea serverside-applied\nclusterrole.rbac.authorization.k8s.io\/brew serverside-applied$/, WIDE],
  ['get ns tea -o jsonpath={.metadata.namespace}', /^$/],
  ['-n shop get cm', /^NAME +DATA +AGE\nm +2 +\w+$/],
  ['-n shop get cm m -o jsonpath={.data.b}', /^3$/],
  ['-n shop get cm -o name --field-selector metadata.name=other', /^$/],
  ['-n shop patch cm m -p {"data":{"c":"x"}}', /^configmap\/m patched$/],
  ['-n shop patch cm m --type=json -p [{"op":"remove","path":"/data/c"}]', /^configmap\/m patched$/],
  ['-n shop patch cm m --type=merge -p {"data":{"a":null}}', /^configmap\/m patched$/],
  [
    '-n shop patch cm m --type=json -p [{"op":"remove","path":"/data/none"}]',
    /^The request is invalid: the server rejected our request due to an error in our request$/,
  ],
  ['-n shop label cm m tier=x', /^configmap\/m labeled$/],
  ['-n shop get cm -l tier=x -o name', /^configmap\/m$/],
  ['-n shop get cm m -o jsonpath={.data}', /^\{"b":"3"\}$/],
  ['create -f -', /ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dat"/, BAD],
  ['create -f - --validate=warn', /^Warning: unknown field "dat"; did you mean "data"\?\nconfigmap\/bad created$/, BAD],
  ['-n shop get cm none', /^Error from server \(NotFound\): configmaps "none" not found$/],
  ['-n shop create deployment web --image=nginx --replicas=2', /^deployment.apps\/web created$/],
  ['-n shop scale deploy web --replicas=3', /^deployment.apps\/web scaled$/],
  ['-n shop get deploy web -o jsonpath={.spec.replicas},{.metadata.generation}', /^3,2$/],
  ['-n shop set image deploy/web nginx=nginx:2', /^deployment.apps\/web image updated$/],
  ['-n shop get deploy -o wide', /^web +0\/3 .*nginx:2 +app=web$/m],
  ['explain configmap.data', /FIELD: data <map\[string\]string>/],
  ['api-resources --api-group=apps -o name', /^deployments\.apps$/m],
  ['-n shop delete cm --all', /configmap "m" deleted/],
  ['-n shop get cm', /^No resources found in shop namespace\.$/],
  ['delete ns shop --wait=false', /^namespace "shop" deleted$/],
  ['get ns shop', /^shop +Terminating +\w+$/m],
  ['-n shop create cm late', /unable to create new content in namespace shop because it is being terminated/],
]

test('kubectl', async t => {
  await using server = await startSecured()
  for (const [command, expected, input] of STEPS)
    await t.test(command, async () => {
      const { stdout, stderr } = await server.kubectl(command, input)
      assert.match(`${stderr}${stdout}`.trim(), expected)
    })
})
