/** What may be asked of a node's logs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LogQuery, parseLogQuery, problemsOf, WrongQuery } from './query.ts'

const parsed: readonly [rule: string, search: string, expected: LogQuery | undefined][] = [
  ['nothing is asked', '', undefined],
  ['other parameters ask for nothing', 'verbose=1', undefined],
  ['services', 'query=kubelet&query=containerd', { services: ['kubelet', 'containerd'], files: [] }],
  ['a slash makes it a file', 'query=/apt/history.log', { services: [], files: ['/apt/history.log'] }],
  [
    'options',
    'query=a&sinceTime=2030-01-01T00:00:00Z&untilTime=2030-01-01T00:00:01Z&boot=-1&tailLines=5&pattern=x',
    {
      services: ['a'],
      files: [],
      since: Date.UTC(2030, 0, 1),
      until: Date.UTC(2030, 0, 1, 0, 0, 1),
      boot: -1,
      tailLines: 5,
      pattern: 'x',
    },
  ],
]
for (const [rule, search, expected] of parsed) test(rule, () => assert.deepEqual(parseLogQuery(new URLSearchParams(search)), expected))

const refused: readonly [rule: string, search: string, message: string][] = [
  ['an empty question', 'query=%20', 'query: Invalid value: [" "]: query cannot be empty'],
  ['a time without zone', 'query=a&sinceTime=2030-01-01', 'sinceTime: Invalid value: "2030-01-01": invalid time format'],
  [
    'words for numbers',
    'query=a&boot=x&tailLines=y',
    '[boot: Invalid value: "x": strconv.Atoi: parsing "x": invalid syntax, tailLines: Invalid value: "y": strconv.Atoi: parsing "y": invalid syntax]',
  ],
]
for (const [rule, search, message] of refused)
  test(`refused: ${rule}`, () =>
    assert.throws(
      () => parseLogQuery(new URLSearchParams(search)),
      (error: unknown) => error instanceof WrongQuery && error.code === 400 && error.message === message,
    ))

const wrong: readonly [rule: string, query: Partial<LogQuery>, problems: readonly string[]][] = [
  ['a service', { services: ['kubelet'] }, []],
  ['a file', { files: ['/dpkg.log'] }, []],
  ['options without a question', { tailLines: 5 }, ['query: Required value: cannot be empty with options']],
  [
    'an option smuggled in as a name',
    { services: ['a --file=x'] },
    ['query: Invalid value: "a --file=x": input contains unsupported characters'],
  ],
  ['too many services', { services: ['a', 'b', 'c', 'd', 'e'] }, ['query: Too many: 5: must have at most 4 items']],
  ['a file and a service', { files: ['/a'], services: ['b'] }, ['query: Invalid value: "[/a], [b]": cannot specify a file and service']],
  ['two files', { files: ['/a', '/b'] }, ['query: Invalid value: ["/a","/b"]: cannot specify more than one file']],
  ['a file with options', { files: ['/a'], boot: 0 }, ['query: Invalid value: ["/a"]: cannot specify file with options']],
  [
    'until before since',
    { services: ['a'], since: 1000, until: 0 },
    ['untilTime: Invalid value: "1970-01-01T00:00:00.000Z": must be after `sinceTime`'],
  ],
  ['a boot to come', { services: ['a'], boot: 1 }, ['boot: Invalid value: 1: must be less than 1']],
  [
    'too many lines',
    { services: ['a'], tailLines: 100_001 },
    ['tailLines: Invalid value: 100001: must be between 0 and 100000, inclusive'],
  ],
  ['no pattern', { services: ['a'], pattern: '(' }, ['pattern: Invalid value: "(": error parsing regexp']],
]
for (const [rule, query, problems] of wrong)
  test(`looked at: ${rule}`, () => assert.deepEqual(problemsOf({ services: [], files: [], ...query }), problems))
