/** What our private containerd is told, and the program that holds namespaces open. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { daemonConfig } from './config.ts'
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

test('the pause program is a small executable for each machine', () => {
  for (const architecture of PAUSE_ARCHITECTURES) {
    const program = pauseProgram(architecture)
    assert.equal(program.toString('latin1', 1, 4), 'ELF')
    assert.equal(Number(program.readBigUInt64LE(96)), program.length, 'the segment is the whole file')
    assert(program.length < 400)
  }
  assert.throws(() => pauseProgram('sparc'), /architecture "sparc" is not among amd64, arm64/)
})
