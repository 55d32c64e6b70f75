/** A volume that cannot be had as it is asked for; it is tried again. */
export class VolumeProblem extends Error {
  override readonly name = 'VolumeProblem'
}
