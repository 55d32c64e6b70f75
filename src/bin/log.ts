/** Where this process logs: JSON lines on standard output, which `knarr up` sends to the cluster's log file. */
import { pino } from 'pino'
import type { Log } from '#base/log.ts'

/** The level is KNARR_LOG_LEVEL: debug, info (default), warn, error. */
export const processLog = (): Log =>
  pino({
    level: process.env['KNARR_LOG_LEVEL'] ?? 'info',
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { error: pino.stdSerializers.err },
  })
