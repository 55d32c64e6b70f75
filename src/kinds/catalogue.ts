/** The list of all API groups, their versions and kinds. A group's kinds are loaded when they are first asked for. */
import type { KindClass } from './declare.ts'

// `any`: kinds of all types stand side by side in the catalogue
export type AnyKind = KindClass<any>

export interface CatalogueVersion {
  readonly version: string
  readonly kinds: () => Promise<readonly AnyKind[]>
  /** Served by default whatever its stage, though upstream's server does not have it. */
  readonly isAddOn?: true
}
export interface CatalogueGroup {
  /** '' for core. */
  readonly group: string
  /** The first one is the preferred version. */
  readonly versions: readonly CatalogueVersion[]
}

const of = (load: () => Promise<{ readonly kinds: readonly AnyKind[] }>) => async () => (await load()).kinds

/** In the order in which discovery lists them. */
export const catalogue: readonly CatalogueGroup[] = [
  { group: '', versions: [{ version: 'v1', kinds: of(() => import('./core/index.ts')) }] },
  { group: 'apiregistration.k8s.io', versions: [{ version: 'v1', kinds: of(() => import('./apiregistration/index.ts')) }] },
  { group: 'apps', versions: [{ version: 'v1', kinds: of(() => import('./apps/index.ts')) }] },
  { group: 'events.k8s.io', versions: [{ version: 'v1', kinds: of(() => import('./events/index.ts')) }] },
  { group: 'authentication.k8s.io', versions: [{ version: 'v1', kinds: of(() => import('./authentication/index.ts')) }] },
  { group: 'authorization.k8s.io', versions: [{ version: 'v1', kinds: of(() => import('./authorization/index.ts')) }] },
  {
    group: 'autoscaling',
    versions: [
      { version: 'v2', kinds: of(() => import('./autoscaling/index.ts')) },
      { version: 'v1', kinds: of(() => import('./autoscaling/v1/index.ts')) },
    ],
  },
  { group: 'batch', versions: [{ version: 'v1', kinds: of(() => import('./batch/index.ts')) }] },
  {
    group: 'certificates.k8s.io',
    versions: [
      { version: 'v1', kinds: of(() => import('./certificates/index.ts')) },
      { version: 'v1beta1', kinds: of(() => import('./certificates/v1beta1/index.ts')) },
      { version: 'v1alpha1', kinds: of(() => import('./certificates/v1alpha1/index.ts')) },
    ],
  },
  {
    group: 'networking.k8s.io',
    versions: [
      { version: 'v1', kinds: of(() => import('./networking/index.ts')) },
      { version: 'v1beta1', kinds: of(() => import('./networking/v1beta1/index.ts')) },
    ],
  },
  { group: 'policy', versions: [{ version: 'v1', kinds: of(() => import('./policy/index.ts')) }] },
  { group: 'rbac.authorization.k8s.io', versions: [{ version: 'v1', kinds: of(() => import('./rbac/index.ts')) }] },
  {
    group: 'storage.k8s.io',
    versions: [
      { version: 'v1', kinds: of(() => import('./storage/index.ts')) },
      { version: 'v1beta1', kinds: of(() => import('./storage/v1beta1/index.ts')) },
    ],
  },
  {
    group: 'admissionregistration.k8s.io',
    versions: [
      { version: 'v1', kinds: of(() => import('./admissionregistration/index.ts')) },
      { version: 'v1beta1', kinds: of(() => import('./admissionregistration/v1beta1/index.ts')) },
      { version: 'v1alpha1', kinds: of(() => import('./admissionregistration/v1alpha1/index.ts')) },
    ],
  },
  { group: 'apiextensions.k8s.io', versions: [{ version: 'v1', kinds: of(() => import('./apiextensions/index.ts')) }] },
  {
    group: 'scheduling.k8s.io',
    versions: [
      { version: 'v1', kinds: of(() => import('./scheduling/index.ts')) },
      { version: 'v1alpha2', kinds: of(() => import('./scheduling/v1alpha2/index.ts')) },
    ],
  },
  {
    group: 'coordination.k8s.io',
    versions: [
      { version: 'v1', kinds: of(() => import('./coordination/index.ts')) },
      { version: 'v1beta1', kinds: of(() => import('./coordination/v1beta1/index.ts')) },
      { version: 'v1alpha2', kinds: of(() => import('./coordination/v1alpha2/index.ts')) },
    ],
  },
  { group: 'node.k8s.io', versions: [{ version: 'v1', kinds: of(() => import('./node/index.ts')) }] },
  { group: 'discovery.k8s.io', versions: [{ version: 'v1', kinds: of(() => import('./discovery/index.ts')) }] },
  {
    group: 'resource.k8s.io',
    versions: [
      { version: 'v1', kinds: of(() => import('./resource/index.ts')) },
      { version: 'v1beta2', kinds: of(() => import('./resource/v1beta2/index.ts')) },
      { version: 'v1beta1', kinds: of(() => import('./resource/v1beta1/index.ts')) },
      { version: 'v1alpha3', kinds: of(() => import('./resource/v1alpha3/index.ts')) },
    ],
  },
  { group: 'flowcontrol.apiserver.k8s.io', versions: [{ version: 'v1', kinds: of(() => import('./flowcontrol/index.ts')) }] },
  { group: 'storagemigration.k8s.io', versions: [{ version: 'v1beta1', kinds: of(() => import('./storagemigration/index.ts')) }] },
  { group: 'internal.apiserver.k8s.io', versions: [{ version: 'v1alpha1', kinds: of(() => import('./apiserverinternal/index.ts')) }] },
  { group: 'metrics.k8s.io', versions: [{ version: 'v1beta1', kinds: of(() => import('./metrics/index.ts')), isAddOn: true }] },
  { group: 'settings.k8s.io', versions: [{ version: 'v1alpha1', kinds: of(() => import('./settings/index.ts')), isAddOn: true }] },
]

/** All kinds of all groups and versions; loads whatever is not loaded yet. */
export async function allKinds(): Promise<readonly AnyKind[]> {
  const loads = catalogue.flatMap(({ versions }) => versions.map(version => version.kinds()))
  return (await Promise.all(loads)).flat()
}
const kindsOf = async (group: string, version: string): Promise<readonly AnyKind[]> =>
  (await catalogue
    .find(entry => entry.group === group)
    ?.versions.find(entry => entry.version === version)
    ?.kinds()) ?? []

/** The kind of that name, for example `findKind('apps', 'v1', 'Deployment')`; loads only its group version. */
export const findKind = async (group: string, version: string, kind: string): Promise<AnyKind | undefined> =>
  (await kindsOf(group, version)).find(({ name }) => name === kind)

/** The kind served under that plural, for example `findResource('apps', 'v1', 'deployments')`; loads only its group version. */
export const findResource = async (group: string, version: string, plural: string): Promise<AnyKind | undefined> =>
  (await kindsOf(group, version)).find(({ options }) => options.plural === plural)
