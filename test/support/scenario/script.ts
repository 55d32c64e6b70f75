/** Scripts of scenarios: blocks of what happens and blocks of what is then expected, in turn, parted by lines of four dashes. */
import { problemsOf } from './expectations.ts'
import { milliseconds, perform } from './commands.ts'
import { World } from './world.ts'

const NODES = ['a', 'b', 'c']

/** Gives everything that was not as expected. Lines that begin with `#` are words for people. */
export async function play(script: string): Promise<readonly string[]> {
  const blocks = script.split(/^-{4,}$/m).map(block =>
    block
      .split('\n')
      .map(line => line.trim().replaceAll(/\s+/g, ' '))
      .filter(line => line && !line.startsWith('#')),
  )
  const given = blocks[0]?.find(line => line.startsWith('nodes '))
  await using world = await World.open(given ? given.split(' ').slice(1) : NODES)
  const begun = world.clock.now()
  const problems: string[] = []
  for (const [at, lines] of blocks.entries())
    for (const line of lines) {
      if (at % 2 === 0) await step(world, line, begun)
      else problems.push(...[await problemsOf(world, line)].filter(problem => problem !== undefined))
    }
  return problems
}

/** `at 10s …` waits until then, counted from the begin; `run 6m` lets time pass; `run until quiet` until nothing changes any more. */
async function step(world: World, line: string, begun: number): Promise<void> {
  if (line.startsWith('nodes ')) return
  const [, at, what] = /^at (\S+) (.*)$/.exec(line) ?? []
  if (at && what) {
    await world.runTo(begun + milliseconds(at))
    await perform(world, what)
  } else if (line === 'run until quiet') await world.runUntilQuiet()
  else if (line.startsWith('run ')) await world.runTo(world.clock.now() + milliseconds(line.slice('run '.length)))
  else await perform(world, line)
}
