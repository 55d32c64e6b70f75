/** The full name of an image, as registries and runtimes know it. */
import { imageParts } from '#kinds/core/pod/image-name.ts'

/** `nginx` is `docker.io/library/nginx:latest`. Reference: distribution, "normalized names". */
export function fullImageName(image: string): string {
  const { repository, tag, digest } = imageParts(image)
  const [first = '', ...rest] = repository.split('/')
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const full = hasHost ? repository : `docker.io/${rest.length ? repository : `library/${repository}`}`
  return `${full}${tag && `:${tag}`}${digest && `@${digest}`}`
}
