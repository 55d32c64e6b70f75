/** What kubectl shows: tables, formats, selections, watches, descriptions, explanations, the API itself. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { KUBECTL_VERSIONS, type KubectlVersion } from '#test/support/kubectl.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await startNodeCluster(['busybox', 'nginx'])
  for (const [name, labels] of [
    ['one', 'app=web,tier=front'],
    ['two', 'app=web,tier=back'],
    ['three', 'app=jobs'],
  ] as const)
    await cluster.ok(
      ['run', name, '--image=busybox:1.28', `--labels=${labels}`, '--grace-period=0', '--', 'sleep', '1000'].filter(
        word => !word.startsWith('--grace'),
      ),
    )
  await cluster.ok(['wait', '--for=condition=Ready', 'pod', '--all', '--timeout=100s'])
})
after(() => cluster?.[Symbol.asyncDispose]())
/** Split at blanks, so that widths of columns do not matter. */
const lines = (table: string) =>
  table
    .trimEnd()
    .split('\n')
    .map(line => line.trim().split(/ {2,}/))

for (const version of KUBECTL_VERSIONS)
  describe(`kubectl ${version}`, { concurrency: 2 }, () => {
    const ok = (args: string) => cluster.ok(args.split(' '), { version })
    const rows: readonly (readonly [args: string, output: string | RegExp])[] = [
      [
        'get pods',
        /^NAME +READY +STATUS +RESTARTS +AGE\none +1\/1 +Running +0 +\w+\nthree +1\/1 +Running +0 +\w+\ntwo +1\/1 +Running +0 +\w+\n$/,
      ],
      ['get po one --no-headers', /^one +1\/1 +Running +0 +\w+\n$/],
      ['get pods -o name', 'pod/one\npod/three\npod/two\n'],
      ['get pod/one pod/two -o name', 'pod/one\npod/two\n'],
      ['get pods -l app=web -o name', 'pod/one\npod/two\n'],
      ['get pods -l app=web,tier!=back -o name', 'pod/one\n'],
      ['get pods -l tier -L tier', /^NAME +READY +STATUS +RESTARTS +AGE +TIER\none .* front\ntwo .* back\n$/],
      ['get pods --show-labels --no-headers -l app=jobs', /^three .* app=jobs\n$/],
      ['get pods --field-selector=status.phase=Running,metadata.name!=two -o name', 'pod/one\npod/three\n'],
      ['get pods --field-selector=status.phase=Failed', ''],
      ['get pods --sort-by=.metadata.creationTimestamp -o name', /^(pod\/(one|two|three)\n){3}$/],
      ['get pods --sort-by=.metadata.labels.tier -o name -l tier', 'pod/two\npod/one\n'],
      ['get pods --chunk-size=1 -o name', 'pod/one\npod/three\npod/two\n'],
      ['get pods -o jsonpath={.items[*].metadata.name}', 'one three two'],
      ['get pod one -o jsonpath={.spec.containers[0].image}', 'busybox:1.28'],
      ['get pods -o custom-columns=NAME:.metadata.name,APP:.metadata.labels.app', 'NAME    APP\none     web\nthree   jobs\ntwo     web\n'],
      ['get pods -o go-template={{range.items}}{{.metadata.name}}.{{end}}', 'one.three.two.'],
      [
        'get pods -o wide',
        /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\none +1\/1 +Running +0 +\w+ +10\.[\d.]+ +\S+ +<none> +<none>\n/,
      ],
      ['get pods -A -o name', 'pod/one\npod/three\npod/two\n'],
      [
        'get pod one -o yaml',
        /^apiVersion: v1\nkind: Pod\nmetadata:\n {2}creationTimestamp: "[\d-]+T[\d:]+Z"\n {2}(generation: 1\n {2})?labels:\n {4}app: web\n {4}tier: front\n {2}name: one\n {2}namespace: default\n/,
      ],
      [
        'get pods -o yaml',
        /^apiVersion: v1\nitems:\n- apiVersion: v1\n {2}kind: Pod\n[^]*kind: List\nmetadata:\n {2}resourceVersion: ""\n$/,
      ],
      [
        'get all',
        /^NAME +READY[^]*pod\/one [^]*\n\nNAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE\nservice\/kubernetes +ClusterIP +10\.[\d.]+ +<none> +443\/TCP +\w+\n$/,
      ],
      ['get namespaces -o name', 'namespace/default\nnamespace/kube-node-lease\nnamespace/kube-public\nnamespace/kube-system\n'],
      ['get nodes', /^NAME +STATUS +ROLES +AGE +VERSION\n\S+ +Ready +\S+ +\w+ +v1\.36\.\S+\n$/],
      ['get nodes -o wide', /INTERNAL-IP +EXTERNAL-IP +OS-IMAGE +KERNEL-VERSION +CONTAINER-RUNTIME\n.* containerd:\/\/\d/],
      [
        'get events --field-selector=involvedObject.name=one,reason=Scheduled',
        /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n\w+ +Normal +Scheduled +pod\/one +Successfully assigned default\/one to \S+\n$/,
      ],
      ['get --raw /version', /"gitVersion": ?"v1\.36/],
      ['get --raw /healthz', 'ok'],
      [
        // The scheduler's times have fractions, the kubelet's have none: within a second they stand in any order.
        'events --for pod/one --types=Normal',
        /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n[^]*^\S+ +Normal +Scheduled +Pod\/one +Successfully assigned/m,
      ],
      ['auth can-i create pods', 'yes\n'],
      // Who one is could not be asked before 1.28 but in versions that are gone.
      ...(version === '1.27' ? [] : [['auth whoami -o jsonpath={.status.userInfo.groups}', /system:masters/] as const]),
      ['cluster-info', /Kubernetes control plane.* is running at .*https:\/\/127\.0\.0\.1:\d+/],
      ['version', /Server Version: .*v1\.36\./],
      ['api-versions', /^(?=[^]*^apps\/v1$)(?=[^]*^batch\/v1$)(?=[^]*^v1$)/m],
      [
        'api-resources --namespaced=true --api-group=apps -o name',
        /^controllerrevisions.apps\ndaemonsets.apps\ndeployments.apps\nreplicasets.apps\nstatefulsets.apps\n$/,
      ],
      ['api-resources', /^NAME +SHORTNAMES +APIVERSION +NAMESPACED +KIND\n[^]*\npods +po +v1 +true +Pod\n/],
      ['explain pod.spec.restartPolicy', /^KIND: +Pod\nVERSION: +v1\n\nFIELD: restartPolicy <string>\n/],
      [
        'explain deployment --api-version=apps/v1 --recursive',
        /\n {2}spec\t<DeploymentSpec>\n[^]*\n {4}template\t<PodTemplateSpec>( -required-)?\n/,
      ],
      ['describe node', /^Name: +\S+\n[^]*\nConditions:\n[^]*\nNon-terminated Pods: +\(3 in total\)\n[^]*\nAllocated resources:\n/],
      ['describe namespace default', /^Name: +default\nLabels: +kubernetes.io\/metadata.name=default\n[^]*Status: +Active\n/],
      ['describe pods -l app=jobs', /^Name: +three\nNamespace: +default\n/],
    ]
    for (const [args, output] of rows)
      test(args, async () => {
        const stdout = await ok(args)
        if (typeof output === 'string') assert.equal(stdout, output)
        else assert.match(stdout, output)
      })
    const refusals: readonly (readonly [args: string, complaint: string | RegExp])[] = [
      ['get pod nobody', 'Error from server (NotFound): pods "nobody" not found\n'],
      ['get nothing', `error: the server doesn't have a resource type "nothing"\n`],
      ['get pods -l app=)', /unable to parse requirement|found '\)'/],
      ['get pods --field-selector=spec.image=x', /field label not supported: spec.image/],
      ['describe pod nobody', 'Error from server (NotFound): pods "nobody" not found\n'],
      ['explain pod.nothing', `error: field "nothing" does not exist\n`],
    ]
    for (const [args, complaint] of refusals)
      test(args, async () => {
        const stderr = await cluster.fails(args.split(' '), { version })
        if (typeof complaint === 'string') assert.equal(stderr, complaint)
        else assert.match(stderr, complaint)
      })
    test('get with nothing to show says so', async () => {
      assert.deepEqual(await cluster.kubectl(['get', 'pods', '-n', 'kube-public'], { version }), {
        code: 0,
        stdout: '',
        stderr: 'No resources found in kube-public namespace.\n',
      })
    })
  })

describe('reading over time', { concurrency: 3 }, () => {
  const watch = async (version: KubectlVersion) => {
    const namespace = await cluster.namespace(`watch-${version.replace('.', '-')}`)
    // Nothing that happens after the first row escapes the watch.
    await cluster.ok(['run', 'before', '-n', namespace, '--image=nginx', `--overrides={"spec":{"nodeSelector":{"is":"nowhere"}}}`])
    await using watch = cluster.start(['get', 'pods', '-n', namespace, '-w'], { version })
    await watch.says(/before +0\/1 +Pending/)
    await cluster.ok(['run', 'seen', '-n', namespace, '--image=nginx'])
    await watch.says(/seen +1\/1 +Running/)
    await cluster.ok(['delete', 'pod', 'seen', '-n', namespace, '--grace-period=1'])
    await watch.says(/seen +[01]\/1 +(Terminating|Completed)/)
    await watch.stop()
    return lines(watch.stdout)
  }
  for (const version of KUBECTL_VERSIONS)
    test(`get -w shows a pod from its beginning to its end (kubectl ${version})`, async () => {
      const [header, ...rows] = await watch(version)
      assert.deepEqual(header, ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'])
      const stages = rows.filter(([name]) => name === 'seen').map(([, ready, status]) => `${ready} ${status}`)
      assert.deepEqual(
        [...new Set(stages)].slice(0, 4),
        ['0/1 Pending', '0/1 ContainerCreating', '1/1 Running', '1/1 Terminating'],
        stages.join('; '),
      )
    })
  test('get -w --output-watch-events tells what happened', async () => {
    const namespace = await cluster.namespace('watch-events')
    await using watch = cluster.start([
      'get',
      'configmaps',
      '-n',
      namespace,
      '-w',
      '--output-watch-events',
      '--field-selector=metadata.name=m',
    ])
    await cluster.ok(['create', 'configmap', 'm', '-n', namespace])
    await watch.says(/EVENT +NAME +DATA +AGE\nADDED +m +0 +\w+\n/)
    await cluster.ok(['label', 'configmap', 'm', '-n', namespace, 'a=b'])
    await watch.says(/MODIFIED +m +0 /)
    await cluster.ok(['delete', 'configmap', 'm', '-n', namespace])
    await watch.says(/DELETED +m +0 /)
  })
  test('wait: for conditions, fields and the end; too long is a failure', async () => {
    const namespace = await cluster.namespace('wait')
    const wait = (...args: string[]) => cluster.ok(['wait', '-n', namespace, 'pod/p', '--timeout=100s', ...args])
    await cluster.ok(['run', 'p', '-n', namespace, '--image=nginx'])
    assert.equal(await wait('--for=condition=Ready'), 'pod/p condition met\n')
    assert.equal(await wait('--for=jsonpath={.status.phase}=Running'), 'pod/p condition met\n')
    assert.equal(
      await cluster.fails(['wait', '-n', namespace, 'pod/p', '--for=condition=Nothing', '--timeout=1s']),
      'error: timed out waiting for the condition on pods/p\n',
    )
    await using gone = cluster.start(['wait', '-n', namespace, 'pod/p', '--for=delete', '--timeout=100s', '-v=6'])
    await gone.says(/watch=true/)
    await cluster.ok(['delete', 'pod', 'p', '-n', namespace, '--wait=false', '--grace-period=1'])
    assert.equal(await gone.exit(), 0)
    assert.equal(gone.stdout, 'pod/p condition met\n')
  })
  test('every kind is explained', async () => {
    const rows = (await cluster.ok(['api-resources', '--no-headers'])).trim().split('\n')
    const kinds = rows.map(row => row.split(/ +/)).map(words => [words[0] ?? '', words.at(-3) ?? ''] as const)
    assert(kinds.length > 50)
    // Each costs a process: a few at a time.
    const explain = async (): Promise<void> => {
      for (let [name, version] = kinds.pop() ?? []; name; [name, version] = kinds.pop() ?? [])
        assert.match(
          await cluster.ok(['explain', name, `--api-version=${version}`]),
          /^(GROUP: +\S+\n)?KIND: +\S+\nVERSION: +\S+\n\nDESCRIPTION:\n {4}\S/,
          name,
        )
    }
    await Promise.all(Array.from({ length: 4 }, explain))
  })
  test('proxy: the REST paths over plain HTTP', async () => {
    await using proxy = cluster.start(['proxy', '--port=0'])
    const [, address] = await proxy.says(/Starting to serve on (\S+)/)
    const get = async (path: string) => {
      const answer = await fetch(`http://${address}${path}`)
      return [answer.status, answer.headers.get('content-type')?.split(';')[0], await answer.text()] as const
    }
    const [code, type, list] = await get('/api/v1/namespaces/default/pods?labelSelector=app%3Dweb')
    assert.deepEqual([code, type, JSON.parse(list).items.length], [200, 'application/json', 2])
    assert.deepEqual((await get('/api/v1/namespaces/default/pods/nobody')).slice(0, 2), [404, 'application/json'])
    for (const [path, word] of [
      ['/', '"paths"'],
      ['/version', '"gitVersion"'],
      ['/openapi/v2', '"swagger"'],
      ['/openapi/v3', '"paths"'],
      ['/apis', 'APIGroupList'],
      ['/apis/apps/v1', 'APIResourceList'],
      ['/livez?verbose', 'livez check passed'],
      ['/metrics', '# TYPE '],
    ] as const) {
      const [code, , text] = await get(path)
      assert.equal(code, 200, path)
      assert(text.includes(word), path)
    }
    const made = await fetch(`http://${address}/api/v1/namespaces/default/configmaps`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ metadata: { name: 'made' }, data: { a: 'b' } }),
    })
    assert.equal(made.status, 201)
    assert.equal((await fetch(`http://${address}/api/v1/namespaces/default/configmaps/made`, { method: 'DELETE' })).status, 200)
  })
})
