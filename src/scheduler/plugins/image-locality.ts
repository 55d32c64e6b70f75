/** Prefers nodes that already have the pod's images. */
import { containers } from '#kinds/core/pod/facts.ts'
import { type Plugin, SCORE_MAX } from '../plugin.ts'

const MEGABYTE = 1024 * 1024
/** Below the first, downloading costs nothing worth mentioning; above the second, per container, more makes no difference. */
const LEAST_BYTES = 23 * MEGABYTE
const MOST_BYTES_PER_CONTAINER = 1000 * MEGABYTE

export const imageLocality: Plugin = {
  name: 'ImageLocality',
  score: ({ spec }, { node }) => {
    const images = node.status?.images ?? []
    const wanted = containers(spec)
    const present = wanted.reduce(
      (bytes, { image = '' }) => bytes + (images.find(({ names }) => names?.some(name => isSame(name, image)))?.sizeBytes ?? 0),
      0,
    )
    const most = MOST_BYTES_PER_CONTAINER * wanted.length
    return Math.floor((SCORE_MAX * (Math.min(Math.max(present, LEAST_BYTES), most) - LEAST_BYTES)) / (most - LEAST_BYTES))
  },
}
/** `nginx` and `docker.io/library/nginx:latest` are one image. */
const isSame = (name: string, image: string) =>
  name === image ||
  name === (/@|:[^/]*$/.test(image) ? image : `${image}:latest`) ||
  name.endsWith(`/${image}`) ||
  name.endsWith(`/${image}:latest`)
