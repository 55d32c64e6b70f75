/** Tells of each container once that it waits after a crash. */
import { crashPause } from './container-statuses.ts'
import { type PodContext, recordOf } from './context.ts'
import { latest } from './observed.ts'
import { podTitle, type Sight } from './sight.ts'

export class PauseEvents {
  readonly #told = new Set<string>()

  tell(sight: Sight, context: PodContext): void {
    const { pod, observed } = sight
    for (const { name, id } of observed.containers) {
      if (this.#told.has(id) || latest(observed, name)?.id !== id || crashPause(sight, name) === undefined) continue
      this.#told.add(id)
      recordOf(context, pod)('Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${podTitle(pod)}`, name)
    }
  }
}
