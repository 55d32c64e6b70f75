/** Rules for addresses under which something in the cluster is to be reached. */
import { isLinkLocal, isLinkLocalMulticast, isLoopback, isUnspecified, parseAddress } from '#base/cidr.ts'
import { isIP } from '#kinds/meta/names.ts'
import type { Path } from '#schema/vocabulary.ts'

/** An address, and none that means something else on every machine. */
export function checkOrdinaryAddress(text: string, at: Path): void {
  const address = parseAddress(text)
  if (!address) return at.invalid(text, isIP(text) as string)
  if (isUnspecified(address)) at.invalid(text, `may not be unspecified (${text})`)
  if (isLoopback(address)) at.invalid(text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')
  if (isLinkLocal(address)) at.invalid(text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)')
  if (isLinkLocalMulticast(address)) at.invalid(text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)')
}
