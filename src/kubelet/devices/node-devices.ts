/** All that a node has to do with claimed devices: its drivers, what they have prepared, and what they offer. */
import { join } from 'node:path'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Client } from '#client/transport.ts'
import { ClaimedDevices } from './claimed-devices.ts'
import { Drivers } from './drivers.ts'
import { ClaimRecord } from './record.ts'
import { SliceCare } from './slices.ts'

export interface NodeDevicesOptions {
  readonly client: Client
  readonly clock: Clock
  readonly log: Log
  readonly nodeName: string
  /** Drivers put their sockets into `plugins_registry` in it. */
  readonly dataFolder: string
  readonly appliesCdi: boolean
}

export class NodeDevices implements AsyncDisposable {
  readonly claimed: ClaimedDevices
  readonly #drivers: Drivers
  readonly #slices: SliceCare
  readonly #log: Log

  constructor({ client, clock, log, nodeName, dataFolder, appliesCdi }: NodeDevicesOptions) {
    this.#log = log
    this.#slices = new SliceCare({ client, clock, log, nodeName, isHere: name => this.#drivers.get(name) !== undefined })
    this.#drivers = new Drivers({
      folder: join(dataFolder, 'plugins_registry'),
      clock,
      log,
      changed: (driver, isHere) => this.#slices.changed(driver, isHere),
    })
    const record = new ClaimRecord(join(dataFolder, 'dra_manager_state'))
    this.claimed = new ClaimedDevices({ client, record, appliesCdi, driver: name => this.#drivers.get(name) })
  }
  /** `uids`: of all pods that are here, those that are ending among them. */
  async tidy(uids: ReadonlySet<string>): Promise<void> {
    await this.claimed.releaseOthers(
      uid => uids.has(uid),
      error => this.#log.warn({ error }, 'cannot release the devices of a pod that is gone, trying again'),
    )
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#slices[Symbol.dispose]()
    await this.#drivers[Symbol.asyncDispose]()
  }
}
