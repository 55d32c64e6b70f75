/** What components log to: structured lines with a level. The process decides where they go. */

export type Fields = Readonly<Record<string, unknown>>
export interface Log {
  debug(fields: Fields, message: string): void
  info(fields: Fields, message: string): void
  warn(fields: Fields, message: string): void
  error(fields: Fields, message: string): void
  /** A log whose lines all carry these fields. */
  child(fields: Fields): Log
}

/** A log that keeps nothing, for tests that do not look at it. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silentLog }
