/** The machine's routes, as the kernel tells them in /proc/net/route. Reference: proc_pid_net(5). */
import type { Route } from '#cli/ranges.ts'

/** Without the default route, which is no destination of its own. */
export const routesOf = (table: string): readonly Route[] =>
  table
    .trim()
    .split('\n')
    .slice(1)
    .map(line => line.split('\t').map(word => word.trim()))
    .map(([link = '', destination = '', , , , , , mask = '']) => ({ link, destination: `${addressOf(destination)}/${lengthOf(mask)}` }))
    .filter(({ destination }) => destination !== '0.0.0.0/0')

/** Hexadecimal, least significant byte first. */
const bytesOf = (hex: string): readonly number[] => (hex.match(/../g) ?? []).map(byte => Number.parseInt(byte, 16)).reverse()
const addressOf = (hex: string): string => bytesOf(hex).join('.')
const lengthOf = (hex: string): number => bytesOf(hex).reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
