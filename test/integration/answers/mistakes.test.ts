/** What people hear of the mistakes that they make most: upstream's words, and behind them the cure. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestCluster, type TestCluster } from '#test/support/cluster.ts'

let cluster: TestCluster
before(async () => {
  cluster = await startTestCluster({ controllers: false })
  await cluster.raw('POST', '/api/v1/namespaces/default/serviceaccounts', {
    headers: { 'content-type': 'application/json' },
    body: '{"metadata":{"name":"default"}}',
  })
})
after(() => cluster?.[Symbol.asyncDispose]())

const HEAD = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n'
const SPEC = 'spec:\n  containers:\n  - name: c\n    image: nginx\n'
const POD = HEAD + SPEC
const CANNOT = 'Pod in version "v1" cannot be handled as a Pod: '
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

interface Mistake {
  readonly manifest: string
  readonly code: number
  /** To a raw POST that asks for strictness. */
  readonly message: string
  /** To one that does not, where the request then goes through. */
  readonly warning?: string
  /** What kubectl prints, where it does not get so far as to ask the server. */
  readonly kubectl?: string
}
const MISTAKES: Readonly<Record<string, Mistake>> = {
  'apiversion for apiVersion': {
    manifest: POD.replace('apiVersion', 'apiversion'),
    code: 400,
    message: `${CANNOT}strict decoding error: unknown field "apiversion"; did you mean "apiVersion"?`,
    warning: 'unknown field "apiversion"; did you mean "apiVersion"?',
    kubectl:
      'error: error validating "STDIN": error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false',
  },
  'kind: pod': {
    manifest: POD.replace('kind: Pod', 'kind: pod'),
    code: 400,
    message: 'pod in version "v1" cannot be handled as a Pod: no kind "pod" is registered for version "v1"; did you mean "Pod"?',
  },
  'an object of another kind': {
    manifest: POD.replace('kind: Pod', 'kind: Service'),
    code: 400,
    message: 'Service in version "v1" cannot be handled as a Pod: converting (Service) to (Pod): unknown conversion',
    kubectl: 'strict decoding error: unknown field "spec.containers"',
  },
  'a version of another group': {
    manifest: POD.replace('v1', 'apps/v1'),
    code: 400,
    message: 'the API version in the data (apps/v1) does not match the expected API version (v1)',
    kubectl: 'no matches for kind "Pod" in version "apps/v1"',
  },
  'capitals in a name': {
    manifest: POD.replace('web', 'busiboxPod'),
    code: 422,
    message: `Pod "busiboxPod" is invalid: metadata.name: Invalid value: "busiboxPod": ${SUBDOMAIN}`,
    kubectl: `The Pod "busiboxPod" is invalid: metadata.name: Invalid value: "busiboxPod": ${SUBDOMAIN}`,
  },
  'labels beside the metadata': {
    manifest: `${HEAD}labels:\n  app: web\n${SPEC}`,
    code: 400,
    message: `${CANNOT}strict decoding error: unknown field "labels"; did you mean "metadata.labels"?`,
    warning: 'unknown field "labels"; did you mean "metadata.labels"?',
  },
  'restartpolicy for restartPolicy': {
    manifest: `${POD}  restartpolicy: Always\n`,
    code: 400,
    message: `${CANNOT}strict decoding error: unknown field "spec.restartpolicy"; did you mean "restartPolicy"?`,
    warning: 'unknown field "spec.restartpolicy"; did you mean "restartPolicy"?',
  },
  'readinessprobe for readinessProbe': {
    manifest: `${POD}    readinessprobe:\n      tcpsocket:\n        port: 8080\n`,
    code: 400,
    message: `${CANNOT}strict decoding error: unknown field "spec.containers[0].readinessprobe"; did you mean "readinessProbe"?`,
    warning: 'unknown field "spec.containers[0].readinessprobe"; did you mean "readinessProbe"?',
  },
  'two fields in lower case': {
    manifest: `${POD}    ports:\n    - containerPort: 80\n      hostport: 80\n  dnspolicy: ClusterFirst\n`,
    code: 400,
    message: `${CANNOT}strict decoding error: unknown field "spec.containers[0].ports[0].hostport", unknown field "spec.dnspolicy"; did you mean "hostPort" instead of "spec.containers[0].ports[0].hostport", "dnsPolicy" instead of "spec.dnspolicy"?`,
    warning: 'unknown field "spec.containers[0].ports[0].hostport"; did you mean "hostPort"?',
  },
  'containerport for containerPort': {
    manifest: `${POD}    ports:\n    - containerport: 8080\n`,
    code: 400,
    message: `${CANNOT}strict decoding error: unknown field "spec.containers[0].ports[0].containerport"; did you mean "containerPort"?`,
  },
  'a field of the pod in a container': {
    manifest: `${POD}    hostNetwork: true\n`,
    code: 400,
    message: `${CANNOT}strict decoding error: unknown field "spec.containers[0].hostNetwork"; did you mean "spec.hostNetwork"?`,
    warning: 'unknown field "spec.containers[0].hostNetwork"; did you mean "spec.hostNetwork"?',
  },
  'a field that nobody knows': {
    manifest: `${POD}  quux: 1\n`,
    code: 400,
    message: `${CANNOT}strict decoding error: unknown field "spec.quux"`,
    warning: 'unknown field "spec.quux"',
  },
  'a word in lower case': {
    manifest: `${POD}  restartPolicy: always\n`,
    code: 422,
    message: 'Pod "web" is invalid: spec.restartPolicy: Unsupported value: "always": supported values: "Always", "OnFailure", "Never"',
    kubectl: 'The Pod "web" is invalid: spec.restartPolicy: Unsupported value: "always": supported values: "Always", "OnFailure", "Never"',
  },
  'a number for a text': {
    manifest: `${POD}    env:\n    - name: A\n      value: 1\n`,
    code: 400,
    message: `${CANNOT}json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string; did you mean "1", in quotes?`,
  },
  'a text for a number': {
    manifest: `${POD}    ports:\n    - containerPort: "80"\n`,
    code: 400,
    message: `${CANNOT}json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32; did you mean 80, without quotes?`,
  },
  'a list that was not begun': {
    manifest: `${POD}    ports:\n      containerPort: 80\n`,
    code: 400,
    message: `${CANNOT}json: cannot unmarshal object into Go struct field Container.spec.containers.ports of type []v1.ContainerPort; did you mean a list? Its items begin with "- "`,
  },
  'an amount that is none': {
    manifest: `${POD}    resources:\n      requests:\n        memory: 64MB\n`,
    code: 400,
    message: `${CANNOT}quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'; see "spec.containers[0].resources.requests.memory"`,
  },
  'a tab': {
    manifest: `${POD}\tx: 1\n`,
    code: 400,
    message: 'error converting YAML to JSON: yaml: line 9: found character that cannot start any token',
    kubectl: 'error converting YAML to JSON: yaml: line 9: found a tab character that violates indentation',
  },
  'a colon too many': {
    manifest: `${POD}    x: a: b\n`,
    code: 400,
    message: 'error converting YAML to JSON: yaml: line 9: mapping values are not allowed in this context',
  },
}

for (const [mistake, { manifest, code, message, warning, kubectl = message }] of Object.entries(MISTAKES)) {
  const post = (query: string) =>
    cluster.raw('POST', `/api/v1/namespaces/default/pods?dryRun=All&${query}`, {
      headers: { 'content-type': 'application/yaml' },
      body: manifest,
    })
  test(`${mistake}: a strict request is told`, async () => {
    const { status, text } = await post('fieldValidation=Strict')
    const told = JSON.parse(text) as {
      readonly message: string
      readonly reason: string
      readonly details?: { readonly causes?: object[] }
    }
    assert.deepEqual([status, told.message, told.reason], [code, message, code === 422 ? 'Invalid' : 'BadRequest'])
    assert.equal(told.details?.causes?.length, code === 422 ? 1 : undefined)
  })
  if (warning)
    test(`${mistake}: any other request is warned`, async () => {
      const { status, headers } = await post('')
      assert.equal(status, 201)
      assert(String(headers['warning']).startsWith(`299 - ${JSON.stringify(warning)}`), String(headers['warning']))
    })
  for (const way of [['apply'], ['apply', '--server-side']])
    test(`${mistake}: kubectl ${way.join(' ')} prints`, async () => {
      const { code: exit, stderr } = await cluster.kubectl([...way, '--dry-run=server', '-f', '-'], { input: manifest })
      assert.equal(exit, 1)
      // The order of several unknown fields is that of the document, which kubectl sorts.
      assert(stderr.includes(kubectl), `kubectl prints: ${stderr}`)
    })
}
