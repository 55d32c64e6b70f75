/** What our private containerd is told, and the program that holds namespaces open. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { daemonConfig } from './config.ts'
import { handlersOf } from './handlers.ts'
import { PAUSE_ARCHITECTURES, pauseProgram } from './pause-program.ts'

const options = {
  root: '/d/root',
  state: '/d/state',
  socket: '/d/s.sock',
  cniConfFolder: '/d/cni',
  cniBinFolders: ['/usr/lib/cni', '/opt/cni/bin'],
  registryFolder: '/d/registries',
  sandboxImage: 'localhost/pause:1',
  snapshotter: 'native' as const,
  maySetOomScore: false,
  handlers: handlersOf(program => ['crun', 'containerd-shim-kata-v2'].includes(program)),
  cgroup: '/knarr/x/runtime',
}
const rows: readonly [string, number, readonly string[]][] = [
  [
    '1.x',
    1,
    [
      'version = 2',
      '["plugins"."io.containerd.grpc.v1.cri"]',
      'sandbox_image = "localhost/pause:1"',
      'restrict_oom_score_adj = true',
      'bin_dir = "/usr/lib/cni"',
    ],
  ],
  [
    '2.x',
    2,
    [
      'version = 3',
      '["plugins"."io.containerd.cri.v1.images"."pinned_images"]',
      'sandbox = "localhost/pause:1"',
      'bin_dirs = ["/usr/lib/cni","/opt/cni/bin"]',
      'stream_server_address = "127.0.0.1"',
    ],
  ],
]
for (const [version, major, lines] of rows)
  test(`containerd ${version} is configured in its own words`, () => {
    const text = daemonConfig({ ...options, major }).split('\n')
    for (const line of [...lines, 'snapshotter = "native"', 'config_path = "/d/registries"', 'path = "/knarr/x/runtime"'])
      assert(text.includes(line), line)
  })

for (const [major, plugin] of [
  [1, 'io.containerd.grpc.v1.cri'],
  [2, 'io.containerd.cri.v1.runtime'],
] as const)
  test(`containerd ${major} gets a handler for each runtime that the machine has, and for no other`, () => {
    const text = daemonConfig({ ...options, major })
    const at = (name: string) => `["plugins"."${plugin}"."containerd"."runtimes"."${name}"`
    assert(text.includes(`${at('runc')}."options"]\nBinaryName = "runc"\n`))
    assert(text.includes(`${at('crun')}]\nruntime_type = "io.containerd.runc.v2"\n`))
    assert(text.includes(`${at('crun')}."options"]\nBinaryName = "crun"\nSystemdCgroup = false\n`))
    assert(text.includes(`${at('kata')}]\nruntime_type = "io.containerd.kata.v2"\n`))
    for (const absent of [`${at('kata')}."options"`, at('youki'), at('runsc')]) assert(!text.includes(absent), absent)
  })

test('the pause program is a small executable for each machine', () => {
  for (const architecture of PAUSE_ARCHITECTURES) {
    const program = pauseProgram(architecture)
    assert.equal(program.toString('latin1', 1, 4), 'ELF')
    assert.equal(Number(program.readBigUInt64LE(96)), program.length, 'the segment is the whole file')
    assert(program.length < 400)
  }
  assert.throws(() => pauseProgram('sparc'), /architecture "sparc" is not among amd64, arm64/)
})
