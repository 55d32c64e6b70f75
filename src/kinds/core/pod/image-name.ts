/** How an image is named, and what its tag says about pulling it. */

/** `registry:5000/app:1.2@sha256:…` in parts. Without tag and digest, the tag is `latest`. */
export function imageParts(image: string): { readonly repository: string; readonly tag: string; readonly digest: string } {
  const [name = '', digest = ''] = image.split('@')
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1)
  const repository = colon < 0 ? name : name.slice(0, colon)
  const tag = colon < 0 ? (digest || !name ? '' : 'latest') : name.slice(colon + 1)
  return { repository, tag, digest }
}

/** `latest` may be another image tomorrow, so it is always pulled; any other tag is pulled once. */
export const usualPullPolicy = (image = ''): 'Always' | 'IfNotPresent' => (imageParts(image).tag === 'latest' ? 'Always' : 'IfNotPresent')
