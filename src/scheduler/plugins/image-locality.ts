/** Prefers nodes that already have the pod's images, and the more so the more nodes have them, lest all pods crowd on a few. */
import { containers } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { type Plugin, SCORE_MAX } from '../plugin.ts'
import { nodeName } from '../snapshot.ts'

const MEGABYTE = 1024 * 1024
/** Below the first, downloading costs nothing worth mentioning; above the second, per container, more makes no difference. */
const LEAST_BYTES = 23 * MEGABYTE
const MOST_BYTES_PER_CONTAINER = 1000 * MEGABYTE

export const imageLocality: Plugin = {
  name: 'ImageLocality',
  rank: (pod, { nodes, images }, feasible) => {
    const wanted = namesIn(pod).flatMap(name => images(name) ?? [])
    if (!wanted.length) return undefined
    const worth = wanted.map(image => ({ image, bytes: Math.trunc(image.bytes * (image.nodes.size / nodes.length)) }))
    const most = MOST_BYTES_PER_CONTAINER * containers(pod.spec).length
    return feasible.map(info => {
      const present = worth.reduce((total, { image, bytes }) => total + (image.nodes.has(nodeName(info)) ? bytes : 0), 0)
      return Math.floor((SCORE_MAX * (Math.min(Math.max(present, LEAST_BYTES), most) - LEAST_BYTES)) / (most - LEAST_BYTES))
    })
  },
}

/** Of containers and volumes, each as often as it is used. */
const namesIn = ({ spec }: Pod): readonly string[] =>
  [...containers(spec).map(({ image }) => image), ...(spec.volumes ?? []).map(({ image }) => image?.reference)].flatMap(name =>
    name === undefined ? [] : [withTag(name)],
  )
/** Images are found under the very names that nodes tell; only the tag may be left out. Upstream: normalizedImageName. */
const withTag = (name: string) => (name.lastIndexOf(':') > name.lastIndexOf('/') ? name : `${name}:latest`)
