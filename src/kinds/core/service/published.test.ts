/** Rules by which published ports are written. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePublishedPort, publishedPort, targetText } from './published.ts'

const rows: Readonly<Record<string, string | undefined>> = {
  '8080:service/web:80': 'service/default/web:80',
  '8080:svc/web:http': 'service/default/web:http',
  '8080:service/shop/web:80': 'service/shop/web:80',
  '8080:web:80': undefined,
  '8080:service/web': undefined,
  'x:service/web:80': undefined,
  '0:service/web:80': undefined,
  '65536:service/web:80': undefined,
  '8080:service/web:65536': undefined,
  '8080:service/web:0': undefined,
  '8080:deployment/web:80': undefined,
}
for (const [text, target] of Object.entries(rows))
  test(`${text} ${target ? `is ${target}` : 'is none'}`, () => {
    const parsed = parsePublishedPort(text)
    assert.equal(parsed && targetText(parsed), target)
    if (parsed) assert.deepEqual(publishedPort(String(parsed.port), targetText(parsed)), parsed)
  })
