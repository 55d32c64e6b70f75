/** Servers that the scheduler asks too. Reference: kube-scheduler configuration (v1), Extender. */
import { bool, bytes, duration, int64, string } from '#schema/scalars.ts'
import { field, list, type Path } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class ExtenderTLSConfig extends struct({
  insecure: field(1, bool, 'Whether the certificate is taken as it is.'),
  serverName: field(2, string, 'The name that the certificate must have, instead of that of the URL.'),
  certFile: field(3, string, 'File with the certificate that is shown.'),
  keyFile: field(4, string, 'File with its private key.'),
  caFile: field(5, string, "File with the authorities of the server's certificate."),
  certData: field(6, bytes, 'Instead of certFile.'),
  keyData: field(7, bytes, 'Instead of keyFile.'),
  caData: field(8, bytes, 'Instead of caFile.'),
}) {}
class ExtenderManagedResource extends struct({
  name: field(1, string, 'Name of the extended resource.', { required: true }),
  ignoredByScheduler: field(2, bool, 'Whether the scheduler itself leaves it out of account.'),
}) {}
export class Extender extends struct({
  urlPrefix: field(1, string, 'Where it is; the verbs are put behind it.', { required: true }),
  filterVerb: field(2, string, 'For ruling nodes out; absent: it does not.'),
  preemptVerb: field(3, string, 'For a say in who has to make room; absent: it has none.'),
  prioritizeVerb: field(4, string, 'For comparing nodes; absent: it does not.'),
  weight: field(5, int64, 'How much its comparison counts.'),
  bindVerb: field(6, string, 'For binding pods instead of the scheduler; absent: it does not.'),
  enableHTTPS: field(7, bool, 'Whether it is asked over TLS.'),
  tlsConfig: field(8, ExtenderTLSConfig, 'How TLS is done.'),
  httpTimeout: field(9, duration, 'How long it may take to answer; default 5s.'),
  nodeCacheCapable: field(10, bool, 'Whether it knows the nodes, so that names will do.'),
  managedResources: field(11, list(ExtenderManagedResource), 'It is asked only about pods that ask for one of these; absent: about all.'),
  ignorable: field(12, bool, 'Whether pods are placed without it when it fails.'),
}) {}

/** Upstream: validateExtenders. */
export function checkExtenders(extenders: readonly Extender[], at: Path): void {
  const managed = new Set<string>()
  for (const [i, { prioritizeVerb, weight = 0, managedResources = [] }] of extenders.entries()) {
    const place = at.index(i)
    if (prioritizeVerb && weight <= 0) place.key('weight').invalid(weight, 'must have a positive weight applied to it')
    for (const [j, { name }] of managedResources.entries()) {
      const where = place.key('managedResources').index(j).key('name')
      if (!isExtendedResource(name)) where.invalid(name, 'is an invalid extended resource name')
      if (managed.has(name)) place.key('managedResources').invalid([...managed].sort(), `duplicate extender managed resource name ${name}`)
      managed.add(name)
    }
  }
  const binders = extenders.filter(({ bindVerb }) => bindVerb).length
  if (binders > 1) at.invalid(`found ${binders} extenders implementing bind`, 'only one extender can implement bind')
}
/** Upstream: v1helper.IsExtendedResourceName, without the length of its quota. */
const isExtendedResource = (name: string) =>
  /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name) &&
  !name.split('/')[0]?.endsWith('kubernetes.io') &&
  !name.startsWith('requests.')
