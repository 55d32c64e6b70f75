/** Every controller can be switched off. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { controllerNames, readControllerSelection } from '#client/controller-selection.ts'
import { controllers } from './index.ts'

const options = { authority: '', authorityKey: 'key', podRanges: ['10.0.0.0/8'], accountToken: async () => '' }
const namesOf = (list: string) => [
  ...new Set(controllers({ ...options, selection: readControllerSelection(list) }).map(({ name }) => name)),
]

test('every controller has a name by which upstream switches it', () =>
  assert.deepEqual(
    controllers(options)
      .map(({ name }) => name)
      .filter(name => !controllerNames.includes(name)),
    [],
  ))
test('one can run alone', () => assert.deepEqual(namesOf('cronjob'), ['cronjob-controller']))
test('or be left out', () => {
  const all = namesOf('*')
  assert.deepEqual(
    namesOf('*,-cronjob'),
    all.filter(name => name !== 'cronjob-controller'),
  )
})
