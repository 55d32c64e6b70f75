/** Rules by which flows of UDP are ended. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endingCommands, staleFlows } from './flows.ts'
import type { EntryChange } from './script.ts'

const change = (id: string, before: string | undefined, after: string | undefined): EntryChange => ({ id, before, after })
const commands = (changes: readonly EntryChange[]) =>
  staleFlows(changes).flatMap(flow => endingCommands(flow, ['192.0.2.1']).map(words => words.slice(6).join(' ')))

const rows: Readonly<Record<string, { readonly changes: readonly EntryChange[]; readonly ends: readonly string[] }>> = {
  'flows to a backend that went are ended': {
    changes: [change('ip endpoints-udp 10.43.0.7 . 53 . 0', '10.42.0.1 . 5353', undefined)],
    ends: ['--orig-port-dst 53 --orig-dst 10.43.0.7 --reply-src 10.42.0.1'],
  },
  'flows to a backend that only has another number go on': {
    changes: [
      change('ip endpoints-udp 10.43.0.7 . 53 . 0', '10.42.0.1 . 5353', '10.42.0.2 . 5353'),
      change('ip endpoints-udp 10.43.0.7 . 53 . 1', '10.42.0.2 . 5353', undefined),
    ],
    ends: ['--orig-port-dst 53 --orig-dst 10.43.0.7 --reply-src 10.42.0.1'],
  },
  'flows through a node port are told by the port': {
    changes: [change('ip nodeport-endpoints-udp 30053 . 0', '10.42.0.1 . 5353', undefined)],
    ends: ['--orig-port-dst 30053 --reply-src 10.42.0.1'],
  },
  'flows that were led nowhere are ended when somebody serves': {
    changes: [
      change('ip services 10.43.0.7 . udp . 53', undefined, 'goto pick-udp-1'),
      change('ip nodeports udp . 30053', undefined, 'goto pick-udp-node-1'),
    ],
    ends: [
      '--orig-port-dst 53 --orig-dst 10.43.0.7 --reply-src 10.43.0.7',
      '--orig-port-dst 30053 --orig-dst 192.0.2.1 --reply-src 192.0.2.1',
    ],
  },
  'a service that picks among more or fewer goes on': {
    changes: [change('ip services 10.43.0.7 . udp . 53', 'goto pick-udp-1', 'goto pick-udp-2')],
    ends: [],
  },
  'TCP ends by itself': { changes: [change('ip endpoints-tcp 10.43.0.7 . 53 . 0', '10.42.0.1 . 5353', undefined)], ends: [] },
}
for (const [rule, { changes, ends }] of Object.entries(rows)) test(rule, () => assert.deepEqual(commands(changes), ends))
