/** Why a command ends without having done what was asked. */

/** Something is in the way: exit code 1. The message says what, the present state, and the cure. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
}
/** The command line makes no sense: exit code 2. */
export class UsageFailure extends Error {
  override readonly name = 'UsageFailure'
}
