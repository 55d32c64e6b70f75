/** What a client wants to be answered with, in the order of its preference (RFC 9110, 12.5.1). */
import type { Incoming } from '../request.ts'

export interface Wanted {
  /** `application/json`, or `*` for either half. */
  readonly media: string
  readonly parameters: Readonly<Record<string, string>>
}
/** The entries of the Accept header, best first; a request without one takes anything. */
export function accepted({ headers }: Pick<Incoming, 'headers'>): readonly Wanted[] {
  const text = [headers.accept ?? []].flat().join(',').trim() || '*/*'
  const entries = text.split(',').map(entry => {
    const [media = '', ...rest] = entry.split(';').map(part => part.trim())
    const parameters = Object.fromEntries(rest.map(part => part.split('=', 2).map(word => word.trim()) as [string, string]))
    return { media: media.toLowerCase(), parameters, quality: Number(parameters.q ?? 1) }
  })
  return entries.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality)
}
