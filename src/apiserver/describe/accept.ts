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
  let known = read.get(text)
  if (!known) {
    if (read.size >= READ_MAX) read.clear()
    read.set(text, (known = entriesOf(text)))
  }
  return known
}
/** What was read before: a client says the same with each request. */
const read = new Map<string, readonly Wanted[]>()
/** There are few kinds of clients; strange ones must not fill the memory. */
const READ_MAX = 100
function entriesOf(text: string): readonly Wanted[] {
  const entries = text.split(',').map(entry => {
    const [media = '', ...rest] = entry.split(';').map(part => part.trim())
    const parameters = Object.fromEntries(rest.map(part => part.split('=', 2).map(word => word.trim()) as [string, string]))
    return { media: media.toLowerCase(), parameters, quality: Number(parameters.q ?? 1) }
  })
  return entries.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality)
}
