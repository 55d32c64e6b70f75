/** Sockets here are given addresses, never names: looking them up, as Node.js does, would cost as much as answering. */
import { isIPv6 } from 'node:net'

export const literal = (host: string, _: unknown, done: (error: null, address: string, family: number) => void): void =>
  done(null, host, isIPv6(host) ? 6 : 4)
