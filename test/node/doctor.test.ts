/** What `knarr doctor` says of a machine whose network is in the way, and that its cures help: on real rules and routes, in a network of its own. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { run } from '#base/processes.ts'
import { clusterFolder, writeSettings } from '#cli/cluster.ts'
import { fakeNft } from '#test/support/fake-nft.ts'
import { dialWords, HTTP_PORT } from '#test/support/agnhost.ts'
import { runProgram } from '#test/support/kubectl.ts'
import { makeOutside } from '#test/support/outside.ts'
import { inOwnNetwork } from '#test/support/own-network.ts'

const PROGRAM = new URL('../../src/bin/knarr.ts', import.meta.url).pathname
const SETTINGS = {
  name: 'first',
  port: 1,
  simulatedNodes: 0,
  podCidr: '198.18.0.0/16,2001:2::/48',
  serviceCidr: '10.143.0.0/16,fd00:143::/112',
}

inOwnNetwork(import.meta.filename, 'the doctor in a network of its own', () => {
  let base: string
  before(() => {
    base = mkdtempSync(join(tmpdir(), 'knarr-doctor-'))
    writeSettings(clusterFolder(base, 'first'), SETTINGS)
  })
  after(() => rmSync(base, { recursive: true }))
  const doctor = async () => {
    const { code, stdout } = await runProgram([process.execPath, PROGRAM, 'doctor', '--data-dir', base, '--name', 'first'], {
      env: { PATH: process.env['PATH'] ?? '' },
    })
    const lines = stdout.split('\n')
    /** Of a prerequisite: what was found and its cure, of each that has the name. */
    const told = (name: string) =>
      lines.flatMap((line, i) =>
        line.slice(2).startsWith(name.padEnd(24))
          ? [{ isOk: line.startsWith('✓'), found: line.slice(27), cure: /^ +cure: (.*)$/.exec(lines[i + 1] ?? '')?.[1] }]
          : [],
      )
    return { code, stdout, told, one: (name: string) => told(name)[0] ?? assert.fail(`nothing is told of ${name}: ${stdout}`) }
  }

  for (const { how, found, cure } of [
    { how: 'broken', found: /^run .*nft: exit code 1: no space left$/, cure: /--reinstall nftables$/ },
    { how: 'hanging', found: /^hangs: ".*\/nft --version" has not ended after 5 s$/, cure: /--reinstall nftables$/ },
    { how: 'missing', found: /^not found$/, cure: /^apt-get install nftables$/ },
  ] as const)
    test(`nft is ${how}: the doctor says so, with the cure, and goes on`, async () => {
      using fake = fakeNft()
      if (how === 'missing') fake.remove()
      else fake.become(how)
      const { code, one, stdout } = await doctor()
      assert.equal(code, 1)
      const nft = one('nft')
      assert(!nft.isOk)
      assert.match(nft.found, found)
      assert.match(nft.cure ?? '', cure)
      assert.match(one('rules of others').found, /^not known: run nft: /)
      assert.match(stdout, /^What cluster "first" has on this machine is not known: run nft: /m)
      assert(one('ranges of "first"').isOk, 'what comes later is told, too')
    })

  test('a chain of others drops what pods send: the doctor names it, and its cure lets packets pass', async () => {
    // The one outside stands for a pod, the other one for the world.
    await using pod = await makeOutside()
    await using world = await makeOutside()
    for (const file of ['net/ipv4/ip_forward', 'net/ipv6/conf/all/forwarding']) writeFileSync(`/proc/sys/${file}`, '1')
    await world.serve()
    const ways = [`${world.address}:${HTTP_PORT}`, `[${world.six.address}]:${HTTP_PORT}`]
    const reaches = (to: string) =>
      pod.dial(...dialWords({ to })).then(
        () => true,
        () => false,
      )
    for (const to of ways) assert(await reaches(to), 'without a chain that drops')
    assert((await doctor()).one('rules of others').isOk)
    await run(['nft', 'add', 'table', 'inet', 'fire'])
    await run(['nft', 'add', 'chain', 'inet', 'fire', 'forward', '{ type filter hook forward priority 0; policy drop; }'])
    // Rules of ours that accept do not help: of all chains at a hook one that drops is enough.
    await run(['nft', 'add', 'table', 'inet', 'ours'])
    await run(['nft', 'add', 'chain', 'inet', 'ours', 'forward', '{ type filter hook forward priority -10; policy accept; }'])
    await run(['nft', 'add', 'rule', 'inet', 'ours', 'forward', 'accept'])
    for (const to of ways) assert(!(await reaches(to)), 'with one')
    const found = (await doctor()).told('rules of others')
    assert.deepEqual(
      found.map(one => one.found),
      ['198.18.0.0/16', '2001:2::/48'].map(range => `chain forward of table inet fire drops what pods of ${range} send and get`),
    )
    for (const { cure = '' } of found) await run(['sh', '-c', cure])
    for (const to of ways) assert(await reaches(to), 'with the cure')
    assert((await doctor()).one('rules of others').isOk)
    await run(['nft', 'delete', 'table', 'inet', 'fire'])
  })

  test('Docker lets packets pass between its own containers only: the doctor names the place that it leaves to others', async () => {
    await using pod = await makeOutside()
    await using world = await makeOutside()
    await world.serve()
    const reaches = () =>
      pod.dial(...dialWords({ to: `${world.address}:${HTTP_PORT}` })).then(
        () => true,
        () => false,
      )
    assert(await reaches())
    for (const words of [
      '-P FORWARD DROP',
      '-N DOCKER-USER',
      '-A DOCKER-USER -j RETURN',
      '-A FORWARD -j DOCKER-USER',
      '-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-A FORWARD -i docker0 ! -o docker0 -j ACCEPT',
    ])
      await run(['iptables-nft', ...words.split(' ')])
    assert(!(await reaches()))
    const { found, cure = '' } = (await doctor()).one('rules of others')
    assert.equal(found, 'chain FORWARD of table ip filter drops what pods of 198.18.0.0/16 send and get')
    assert.match(cure, /^iptables -I DOCKER-USER -s 198\.18\.0\.0\/16 -j ACCEPT && /)
    await run(['sh', '-c', cure])
    assert(await reaches())
    assert((await doctor()).one('rules of others').isOk)
    await run(['nft', 'delete', 'table', 'ip', 'filter'])
  })

  test('a route that a VPN brings later leads into the ranges of a cluster: the doctor names it until it is gone', async () => {
    await run(['ip', 'link', 'add', 'wg-test', 'type', 'veth', 'peer', 'name', 'wg-peer'])
    for (const link of ['wg-test', 'wg-peer']) await run(['ip', 'link', 'set', link, 'up'])
    const ranges = async () => (await doctor()).one('ranges of "first"')
    assert.deepEqual(await ranges(), { isOk: true, found: `pods ${SETTINGS.podCidr}, services ${SETTINGS.serviceCidr}`, cure: undefined })
    for (const [route, range, kind] of [
      ['10.143.7.0/24', '10.143.0.0/16', 'services'],
      ['fd00:143::8000/120', 'fd00:143::/112', 'services'],
      ['198.18.128.0/17', '198.18.0.0/16', 'pods'],
    ] as const) {
      await run(['ip', 'route', 'add', route, 'dev', 'wg-test'])
      const { isOk, found, cure } = await ranges()
      assert(!isOk)
      assert.equal(found, `${range} for ${kind}: this machine has a route to ${route} over "wg-test"; what is there cannot be reached`)
      assert.equal(
        cure,
        `take that away, or remove the cluster with "./knarr reset --name first --data-dir ${base}" and start it with other ranges`,
      )
      await run(['ip', 'route', 'delete', route, 'dev', 'wg-test'])
    }
    // All of a VPN's networks at once: the cluster's part of them is the smaller one.
    await run(['ip', 'route', 'add', '10.0.0.0/8', 'dev', 'wg-test'])
    assert((await ranges()).isOk)
  })

  test('a cluster whose ranges overlap with what the machine reaches, or are too small for its nodes, is refused at its start, with the cure', async () => {
    await run(['ip', 'route', 'add', 'fd00:77::/64', 'dev', 'wg-test'])
    // As a cluster has it whose data are kept elsewhere, and that runs no pod.
    await run(['ip', 'link', 'add', 'kd-third', 'type', 'veth', 'peer', 'name', 'kd-peer'])
    await run(['ip', 'address', 'add', '10.160.0.10/32', 'dev', 'kd-third'])
    for (const link of ['kd-third', 'kd-peer']) await run(['ip', 'link', 'set', link, 'up'])
    const up = async (...flags: readonly string[]) =>
      runProgram([process.execPath, PROGRAM, 'up', '--data-dir', base, '--name', 'second', ...flags], {
        env: { PATH: process.env['PATH'] ?? '' },
      })
    for (const [flags, refusal] of [
      [
        ['--pod-cidr', '10.150.0.0/16,fd00:77::/56', '--service-cidr', '10.151.0.0/16,fd00:78::/112'],
        'use address range fd00:77::/56 for pods: this machine has a route to fd00:77::/64 over "wg-test"; choose others with --pod-cidr and --service-cidr',
      ],
      [
        ['--pod-cidr', '10.150.0.0/16', '--service-cidr', SETTINGS.serviceCidr.split(',')[0] ?? ''],
        'use address range 10.143.0.0/16 for services: cluster "first" has 198.18.0.0/16,2001:2::/48 and 10.143.0.0/16,fd00:143::/112; choose others with --pod-cidr and --service-cidr',
      ],
      [
        ['--pod-cidr', '10.150.0.0/16', '--service-cidr', '10.160.0.0/16'],
        'use address range 10.160.0.0/16 for services: this machine has a route to 10.160.0.10/32 over "kd-third"; choose others with --pod-cidr and --service-cidr',
      ],
      [
        ['--nodes', '4', '--pod-cidr', '10.150.0.0/23', '--service-cidr', '10.151.0.0/16'],
        'run 4 nodes: at most 1 with pod range 10.150.0.0/23; choose fewer, or a wider range',
      ],
    ] as const) {
      const { code, stderr } = await up(...flags)
      assert.equal(code, 1)
      assert(stderr.includes(refusal), stderr)
    }
  })
})
