/** Controllers in a process of their own, which stand for leader: `node manager-process.ts SERVER PKI-FOLDER IDENTITY`. Each time it leads it writes `leads`, else `follows`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { httpsTransport } from '#client/https/transport.ts'
import { standForLeader } from '#client/leader-election.ts'
import { Mirrors } from '#client/mirrors.ts'
import { createClient } from '#client/requests.ts'
import { controllers } from '#controllers/index.ts'

const [server = '', pki = '', identity = ''] = process.argv.slice(2)
const read = (file: string) => readFileSync(join(pki, file), 'utf8')
const authority = read('ca.crt')
using transport = httpsTransport({ server, authority, certificate: read('admin.crt'), key: read('admin.key') })
const client = createClient(transport)
const clock = systemClock
const log = silentLog
await using candidacy = standForLeader({
  client,
  clock,
  log,
  name: 'kube-controller-manager',
  identity,
  lead: () => {
    const stack = new AsyncDisposableStack()
    const mirrors = stack.use(new Mirrors(client, { clock, log }))
    for (const controller of controllers({ authority })) stack.use(controller.start({ client, mirrors, clock, log }))
    process.stdout.write('leads\n')
    stack.defer(() => void process.stdout.write('follows\n'))
    return stack
  },
})
// Until it is told to end; the lease is then given back. The clock's timers keep nothing alive, this one does.
const alive = setInterval(() => undefined, 60_000)
await new Promise(resolve => process.once('SIGTERM', resolve))
clearInterval(alive)
void candidacy
