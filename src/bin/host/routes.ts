/** The machine's routes, as the kernel tells them in /proc/net/route and /proc/net/ipv6_route. Reference: proc_pid_net(5). */
import { existsSync, readFileSync } from 'node:fs'
import { formatCidr } from '#base/cidr.ts'
import type { Route } from '#cli/ranges.ts'

const TABLES = { 4: '/proc/net/route', 6: '/proc/net/ipv6_route' } as const

/** Of a family; none in a kernel without it. */
export function machineRoutes(family: 4 | 6): readonly Route[] {
  const table = existsSync(TABLES[family]) ? readFileSync(TABLES[family], 'utf8') : ''
  return family === 4 ? ipv4Routes(table) : ipv6Routes(table)
}
/** Default routes are no destinations of their own. */
export const isDefault = ({ destination }: Route): boolean => destination.endsWith('/0')

export const ipv4Routes = (table: string): readonly Route[] =>
  table
    .trim()
    .split('\n')
    .slice(1)
    .map(line => line.split('\t').map(word => word.trim()))
    .map(([link = '', destination = '', , , , , , mask = '']) => ({ link, destination: `${addressOf(destination)}/${lengthOf(mask)}` }))

/** Hexadecimal, least significant byte first. */
const bytesOf = (hex: string): readonly number[] => (hex.match(/../g) ?? []).map(byte => Number.parseInt(byte, 16)).reverse()
const addressOf = (hex: string): string => bytesOf(hex).join('.')
const lengthOf = (hex: string): number => bytesOf(hex).reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)

/** The flags of linux/ipv6_route.h and linux/route.h that make a line none of ours: an address of the machine itself, and what is refused. */
const LOCAL = 0x80000000
const REJECT = 0x0200
/** This table also has the machine's own addresses, multicast, and the end of the table, which are no destinations elsewhere. */
export const ipv6Routes = (table: string): readonly Route[] =>
  table
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(words => words.length === 10)
    .map(words => words as [string, string, string, string, string, string, string, string, string, string])
    .filter(([destination, , , , , , , , flags]) => !(Number.parseInt(flags, 16) & (LOCAL | REJECT)) && !destination.startsWith('ff'))
    .map(([destination, length, , , , , , , , link]) => ({
      link,
      destination: formatCidr({ address: { family: 6, bits: BigInt(`0x${destination}`) }, prefixLength: Number.parseInt(length, 16) }),
    }))
