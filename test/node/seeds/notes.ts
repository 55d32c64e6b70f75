/** What the tests of the notes share: where manifests are from is said once, and each source gets a namespace of its own. */
import { type TestContext, test } from 'node:test'
import type { NodeCluster } from '#test/support/node-cluster.ts'
import { hasSeeds, type Source } from './manifests.ts'

/** Says which manifests are under test. */
export const tellSources = (): void =>
  void test('manifests of the notes', t =>
    t.diagnostic(
      hasSeeds ? 'examples and notes' : 'left out: the manifests of the notes are not at ../shared/seeds; the examples stand in',
    ))

let made = 0
/** One test for each source. */
export function forEachSource(
  name: string,
  list: readonly Source[],
  work: (parts: {
    readonly cluster: NodeCluster
    readonly source: Source
    readonly namespace: string
    readonly t: TestContext
  }) => Promise<void>,
  cluster: () => NodeCluster,
): void {
  for (const source of list)
    test(`${name} (${source.from})`, async t =>
      work({ cluster: cluster(), source, namespace: await cluster().namespace(`note-${++made}`), t }))
}
