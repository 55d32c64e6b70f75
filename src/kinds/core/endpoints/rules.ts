/** Rules for endpoints. Upstream: ValidateEndpoints. */
import { isDns1123Label, isDns1123Subdomain, isQualifiedName, isValidPortNumber } from '#kinds/meta/names.ts'
import type { Path } from '#schema/vocabulary.ts'
import { checkOrdinaryAddress } from '../address-rules.ts'

interface AddressView {
  readonly ip: string
  readonly hostname?: string
  readonly nodeName?: string
}
interface PortView {
  readonly name?: string
  readonly port: number
  readonly appProtocol?: string
}
interface SubsetView {
  readonly addresses?: readonly AddressView[]
  readonly notReadyAddresses?: readonly AddressView[]
  readonly ports?: readonly PortView[]
}

export function checkSubsets(subsets: readonly SubsetView[], at: Path): void {
  for (const [i, { addresses = [], notReadyAddresses = [], ports = [] }] of subsets.entries()) {
    const here = at.index(i)
    if (addresses.length === 0 && notReadyAddresses.length === 0) here.required('must specify `addresses` or `notReadyAddresses`')
    for (const [j, address] of addresses.entries()) checkAddress(address, here.key('addresses').index(j))
    for (const [j, address] of notReadyAddresses.entries()) checkAddress(address, here.key('notReadyAddresses').index(j))
    for (const [j, port] of ports.entries()) checkPort(port, here.key('ports').index(j), ports.length > 1)
  }
}
function checkAddress({ ip, hostname, nodeName }: AddressView, at: Path): void {
  checkOrdinaryAddress(ip, at.key('ip'))
  const wrong = hostname ? isDns1123Label(hostname) : undefined
  if (wrong) at.key('hostname').invalid(hostname, wrong)
  const wrongNode = nodeName === undefined ? undefined : isDns1123Subdomain(nodeName)
  if (wrongNode) at.key('nodeName').invalid(nodeName, wrongNode)
}
function checkPort({ name, port, appProtocol }: PortView, at: Path, isNameRequired: boolean): void {
  if (!name && isNameRequired) at.key('name').required()
  const wrongName = name ? isDns1123Label(name) : undefined
  if (wrongName) at.key('name').invalid(name, wrongName)
  const wrongPort = isValidPortNumber(port)
  if (wrongPort) at.key('port').invalid(port, wrongPort)
  const wrongProtocol = appProtocol === undefined ? undefined : isQualifiedName(appProtocol)
  if (wrongProtocol) at.key('appProtocol').invalid(appProtocol, wrongProtocol)
}
