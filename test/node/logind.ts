/** A system bus of a test's own, with a logind on it that does what the test says. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '#base/processes.ts'
import { eventually } from '../conformance/support/eventually.ts'

const LOGIN = ['org.freedesktop.login1', '/org/freedesktop/login1'] as const
const SYSTEMD = ['org.freedesktop.systemd1', '/org/freedesktop/systemd1'] as const
const MOCK = 'org.freedesktop.DBus.Mock'
/** What logind allows where nobody says anything. */
export const OWN_DELAY_SECONDS = 5

export interface MockedLogind extends AsyncDisposable {
  readonly place: { readonly busAddress: string; readonly folder: string }
  /** Announces that a shutdown begins, or is called off. */
  announce(isBeginning: boolean): Promise<void>
  /** Who holds what back: `shutdown knarr delay`. */
  locks(): Promise<readonly string[]>
  delaySeconds(): Promise<number>
}

export async function mockLogind(): Promise<MockedLogind> {
  const root = mkdtempSync(join(tmpdir(), 'knarr-bus-'))
  const folder = join(root, 'logind.conf.d')
  const socket = join(root, 'bus')
  const busAddress = `unix:path=${socket}`
  const env = { DBUS_SYSTEM_BUS_ADDRESS: busAddress }
  mkdirSync(folder)
  // As the machine's own: root may do and hear everything.
  writeFileSync(
    join(root, 'bus.conf'),
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
     <busconfig><type>system</type><listen>unix:path=${socket}</listen><auth>EXTERNAL</auth><policy context="default">
     <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`,
  )
  const start = (program: string, words: readonly string[]) => spawn(program, words, { stdio: 'ignore', env: { ...process.env, ...env } })
  const mock = (words: readonly string[]) => start('/usr/bin/python3', ['-m', 'dbusmock', '--system', ...words])
  const bus = start('dbus-daemon', [`--config-file=${join(root, 'bus.conf')}`, '--nofork'])
  const busctl = (...words: string[]) => run(['busctl', '--system', ...words], { env })
  await eventually(() => busctl('list'))
  const mocks = [mock(['--template', 'logind']), mock([...SYSTEMD, 'org.freedesktop.systemd1.Manager'])]
  const manager = [...LOGIN, 'org.freedesktop.login1.Manager']
  const property = ['org.freedesktop.login1.Manager', 'InhibitDelayMaxUSec']
  await eventually(() => busctl('call', ...LOGIN, MOCK, 'AddProperty', 'ssv', ...property, 't', String(OWN_DELAY_SECONDS * 1e6)))
  // systemd is asked to signal logind, which then reads its configuration: the last file counts.
  const reload = [
    'import glob, os',
    `files = sorted(glob.glob('${folder}/*.conf'))`,
    `seconds = int(open(files[-1]).read().split('InhibitDelayMaxSec=')[1]) if files else ${OWN_DELAY_SECONDS}`,
    `os.system('busctl --system set-property ${manager.join(' ')} InhibitDelayMaxUSec t %d' % (seconds * 1000000))`,
  ].join('\n')
  await eventually(() =>
    busctl('call', ...SYSTEMD, MOCK, 'AddMethod', 'sssss', 'org.freedesktop.systemd1.Manager', 'KillUnit', 'ssi', '', reload),
  )
  return {
    place: { busAddress, folder },
    async announce(isBeginning) {
      const value = String(isBeginning)
      await busctl('set-property', ...manager, 'PreparingForShutdown', 'b', value)
      await busctl('emit', LOGIN[1], manager[2] as string, 'PrepareForShutdown', 'b', value)
    },
    async locks() {
      const answer = JSON.parse(await busctl('--json=short', 'call', ...manager, 'ListInhibitors')) as { data: [string[][]] }
      return answer.data[0].map(([what, who, , mode]) => `${what} ${who} ${mode}`)
    },
    delaySeconds: async () => Number((await busctl('get-property', ...manager, 'InhibitDelayMaxUSec')).slice(2)) / 1e6,
    async [Symbol.asyncDispose]() {
      for (const child of [...mocks, bus]) {
        const ended = new Promise(resolve => child.once('exit', resolve))
        child.kill()
        await ended
      }
      rmSync(root, { recursive: true })
    },
  }
}
