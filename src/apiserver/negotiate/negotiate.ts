/** Which representation a client is answered in, by its Accept header. */
import { refuse } from '#kinds/meta/refusal.ts'
import { accepted } from '../describe/accept.ts'
import type { Incoming } from '../request.ts'
import { isTrue } from '../target.ts'
import { JSON_TYPE, PROTOBUF_TYPE, YAML_TYPE } from './content-type.ts'

export interface Representation {
  readonly media: typeof JSON_TYPE | typeof YAML_TYPE | typeof PROTOBUF_TYPE
  /** Objects told as something else (meta.k8s.io): as rows for people, or only their metadata. */
  readonly as?: 'Table' | 'PartialObjectMetadata'
  /** Version of the group meta.k8s.io in which `as` is told. */
  readonly version: 'v1' | 'v1beta1'
  readonly isPretty: boolean
  readonly includeObject: 'None' | 'Metadata' | 'Object'
}
export const PLAIN: Representation = { media: JSON_TYPE, version: 'v1', isPretty: false, includeObject: 'Metadata' }

const MEDIA: readonly Representation['media'][] = [JSON_TYPE, YAML_TYPE, PROTOBUF_TYPE]
/** Browsers and the like show an answer to people: upstream's list. */
const FOR_PEOPLE = /^(curl|Wget|Mozilla\/5\.0)/
const TRANSFORMS: Readonly<Record<string, Representation['as']>> = {
  Table: 'Table',
  PartialObjectMetadata: 'PartialObjectMetadata',
  PartialObjectMetadataList: 'PartialObjectMetadata',
}

export interface Offer {
  /** Kinds without declared wire tags cannot be told in protobuf. */
  readonly hasProtobuf: boolean
  /** Objects and lists of served kinds can be transformed. */
  readonly isTransformable: boolean
  readonly isWatch?: boolean
}
/** Throws NotAcceptable, which names what would be. */
export function representationFor(incoming: Pick<Incoming, 'headers' | 'query'>, offer: Offer): Representation {
  const { headers, query } = incoming
  const { accept, 'user-agent': agent } = headers
  if (query.size > 0 || typeof accept === 'object' || typeof agent === 'object') return chosen(incoming, offer)
  const key = `${accept ?? ''}\n${agent ?? ''}\n${offer.hasProtobuf}${offer.isTransformable}${offer.isWatch}`
  let known = chosenBefore.get(key)
  if (!known) {
    known = chosen(incoming, offer)
    if (chosenBefore.size >= CHOSEN_MAX) chosenBefore.clear()
    chosenBefore.set(key, known)
  }
  return known
}
/** A client says the same with each request. */
const chosenBefore = new Map<string, Representation>()
/** There are few kinds of clients; strange ones must not fill the memory. */
const CHOSEN_MAX = 200

function chosen({ headers, query }: Pick<Incoming, 'headers' | 'query'>, { hasProtobuf, isTransformable, isWatch }: Offer): Representation {
  const offered = hasProtobuf ? MEDIA : MEDIA.filter(media => media !== PROTOBUF_TYPE)
  const include = query.get('includeObject')
  const agent = [headers['user-agent'] ?? ''].flat()[0] ?? ''
  const pretty = query.get('pretty')
  const more = {
    isPretty: pretty === null ? FOR_PEOPLE.test(agent) : isTrue(pretty) || pretty === '',
    includeObject: include === 'None' || include === 'Object' ? include : 'Metadata',
  } as const
  if (headers.accept === undefined) return { ...PLAIN, ...more }
  for (const { media, parameters } of accepted({ headers })) {
    const found = offered.find(one => one === media || media === '*/*' || media === `${one.split('/')[0]}/*`)
    if (!found || (isWatch && found === YAML_TYPE)) continue
    if (parameters['as'] === undefined) return { ...more, media: found, version: 'v1' }
    const { as, g, v } = parameters
    const transform = Object.hasOwn(TRANSFORMS, as) ? TRANSFORMS[as] : undefined
    if (!isTransformable || !transform || g !== 'meta.k8s.io' || (v !== 'v1' && v !== 'v1beta1')) continue
    // Tables have no wire tags.
    if (transform === 'Table' && found === PROTOBUF_TYPE) continue
    return { ...more, media: found, as: transform, version: v }
  }
  throw refuse.notAcceptable(isWatch ? offered.filter(media => media !== YAML_TYPE).map(media => `${media};stream=watch`) : offered)
}
