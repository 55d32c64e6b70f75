/** The engine in memory against the contract. */
import { VirtualClock } from '#base/clock.ts'
import { contract } from '../../contract.ts'
import { openMemory } from './engine.ts'

contract('memory', async () => {
  const clock = new VirtualClock()
  const store = await openMemory({ clock })
  return { store, clock, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
})
