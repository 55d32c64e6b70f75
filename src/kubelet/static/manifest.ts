/** One manifest of a static pod: from its text to the pod with the identity that this node gives it. Pure. Upstream: pkg/kubelet/config/common.go. */
import { createHash } from 'node:crypto'
import { timestamp } from '#base/clock.ts'
import { parseYaml, YamlError } from '#base/yaml.ts'
import { isMirror } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { validateMetadata } from '#kinds/meta/metadata-rules.ts'
import { decode, DecodeError } from '#schema/decode.ts'
import { fillDefaults } from '#schema/default.ts'
import { pathAt } from '#schema/path.ts'
import { problems } from '#schema/validate.ts'
import type { Draft } from '#schema/vocabulary.ts'
import { referencesOf } from '../sources.ts'

export const HASH = 'kubernetes.io/config.hash'
export const MIRROR = 'kubernetes.io/config.mirror'
const SOURCE = 'kubernetes.io/config.source'
const SEEN = 'kubernetes.io/config.seen'
/** As many hexadecimal digits as upstream's hash has; container and control group names are made of them. */
const HASH_DIGITS = 32

/** A file of which no pod can be made; the message says why. */
export class BadManifest extends Error {
  override readonly name = 'BadManifest'
}
export interface Place {
  readonly nodeName: string
  /** Where the text stands. */
  readonly file: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Another text, file or node gives another UID. Throws BadManifest. */
export function staticPod(text: string, { nodeName, file, now }: Place): Pod {
  const draft = podOf(text)
  const { metadata } = draft
  const hash = createHash('sha256')
    .update(JSON.stringify([draft, nodeName, file]))
    .digest('hex')
    .slice(0, HASH_DIGITS)
  metadata.name = `${metadata.name}-${nodeName.toLowerCase()}`
  metadata.namespace ||= 'default'
  metadata.uid = hash
  metadata.generation = 1
  metadata.creationTimestamp = timestamp(now)
  metadata.annotations = { ...metadata.annotations, [HASH]: hash, [SOURCE]: 'file', [SEEN]: timestamp(now) }
  draft.spec.nodeName = nodeName
  // Nothing that happens to the node sends a pod away that would come back at once.
  draft.spec.tolerations = [...(draft.spec.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }]
  fillDefaults(Pod, draft)
  Pod.options.onCreate?.(draft, { now, user: '', subresource: '' })
  const pod = draft as Pod
  check(pod)
  return pod
}
export const isStatic = ({ metadata }: Pod): boolean =>
  metadata.annotations?.[SOURCE] === 'file' && metadata.uid === metadata.annotations[HASH]

function podOf(text: string): Draft<Pod> {
  try {
    const documents = parseYaml(text)
    const [document] = documents
    if (!document) throw new BadManifest('the file is empty')
    if (documents.length > 1) throw new BadManifest(`the file holds ${documents.length} documents: each pod needs a file of its own`)
    const { apiVersion, kind } = Object(document.value) as { readonly apiVersion?: unknown; readonly kind?: unknown }
    if (apiVersion !== 'v1' || kind !== 'Pod')
      throw new BadManifest(`only v1 Pods can be static, this is apiVersion ${JSON.stringify(apiVersion)}, kind ${JSON.stringify(kind)}`)
    const { value } = decode(Pod, document.value)
    if (!value.metadata.name) throw new BadManifest('metadata.name: Required value: name or generateName is required')
    return value
  } catch (error) {
    if (error instanceof YamlError || error instanceof DecodeError) throw new BadManifest(error.message, { cause: error })
    throw error
  }
}

function check(pod: Pod): void {
  if (isMirror(pod)) throw new BadManifest('a manifest is no mirror pod: take the annotation "kubernetes.io/config.mirror" out')
  const at = pathAt()
  validateMetadata(pod.metadata, at.key('metadata'), { namespaced: true })
  const found = [...at.problems, ...problems(Pod, pod)]
  if (found.length) throw new BadManifest(found.map(({ field, message }) => `${field}: ${message}`).join(', '))
  const kind = referencedKind(pod)
  if (kind) throw new BadManifest(`a static pod must do without the API, this one names a ${kind}`)
}
/** Upstream: PreventStaticPodAPIReferences. */
function referencedKind(pod: Pod): string | undefined {
  const { serviceAccountName, volumes = [], resourceClaims = [] } = pod.spec
  const [reference] = referencesOf(pod)
  if (reference) return reference.kind
  if (serviceAccountName) return 'serviceaccount'
  if (volumes.some(({ projected }) => projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken))) return 'serviceaccount'
  if (volumes.some(({ persistentVolumeClaim, ephemeral }) => persistentVolumeClaim || ephemeral)) return 'persistentvolumeclaim'
  return resourceClaims.length ? 'resourceclaim' : undefined
}
