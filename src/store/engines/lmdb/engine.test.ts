/** The engine on LMDB against the contract. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VirtualClock } from '#base/clock.ts'
import { contract } from '../../contract.ts'
import { openLmdb } from './engine.ts'

contract(
  'lmdb',
  async () => {
    const clock = new VirtualClock()
    const path = mkdtempSync(join(tmpdir(), 'knarr-store-'))
    let store = await openLmdb({ path, clock })
    return {
      store,
      clock,
      reopen: async () => {
        await store[Symbol.asyncDispose]()
        return (store = await openLmdb({ path, clock }))
      },
      [Symbol.asyncDispose]: async () => {
        await store[Symbol.asyncDispose]()
        rmSync(path, { recursive: true })
      },
    }
  },
  { isLasting: true },
)
