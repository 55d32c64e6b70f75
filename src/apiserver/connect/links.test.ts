/** Which links of a proxied page lead through the proxy. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proxiedLink, withLinks } from './links.ts'

const proxied = { prefix: '/proxy', hosts: ['10.42.0.7:80', 'server:6443'] }
const links: [rule: string, link: string, led: string][] = [
  ['a path of the site', '/a/b?c=d#e', '/proxy/a/b?c=d#e'],
  ['the site’s root', '/', '/proxy/'],
  ['an address of the site itself', 'http://10.42.0.7:80/a/', '/proxy/a/'],
  ['the address by which the client came', 'https://server:6443/a', '/proxy/a'],
  ['the same without a scheme', '//server:6443/a', '/proxy/a'],
  ['another site', 'https://example.com/a', 'https://example.com/a'],
  ['another site without a scheme', '//example.com/a', '//example.com/a'],
  ['a relative path', 'a/b', 'a/b'],
  ['nothing', '', ''],
  ['a part of the page', '#top', '#top'],
  ['no address of a page', 'mailto:a@example.com', 'mailto:a@example.com'],
  ['what leads through the proxy already', '/proxy/a', '/proxy/a'],
]
for (const [rule, link, led] of links) test(`a link through the proxy: ${rule}`, () => assert.equal(proxiedLink(link, proxied), led))

const pages: [rule: string, page: string, led: string][] = [
  ['a link', '<a href="/x">test</a>', '<a href="[/x]">test</a>'],
  ['in any case and quotes', "<A class=b HREF = '/x' id>", '<A class=b HREF = "[/x]" id>'],
  ['without quotes', '<img src=/x.png><br/>', '<img src="[/x.png]"><br/>'],
  ['two in one element', '<video poster="/p" src="/s"/>', '<video poster="[/p]" src="[/s]"/>'],
  ['an escaped one', '<a href="/?a=1&amp;b=2">', '<a href="[/?a=1&amp;b=2]">'],
  ['other attributes and elements stay', '<p href="/x" src="/y"><a name="/z">/x</a>', '<p href="/x" src="/y"><a name="/z">/x</a>'],
  ['comments stay', '<!-- <a href="/x"> --><a href="/y">', '<!-- <a href="/x"> --><a href="[/y]">'],
  [
    'the text of scripts stays, their source does not',
    `<script src="/x">'<a href="/y">'</script><a href="/z">`,
    `<script src="[/x]">'<a href="/y">'</script><a href="[/z]">`,
  ],
  ['a quoted bracket ends no element', '<a title=">" href="/x">', '<a title=">" href="[/x]">'],
  ['what never ends is left alone', '<a href="/x', '<a href="/x'],
  ['no element', 'a < b <3 <', 'a < b <3 <'],
]
for (const [rule, page, led] of pages)
  test(`links of a page: ${rule}`, () =>
    assert.equal(
      withLinks(page, link => `[${link}]`),
      led,
    ))

test('a page made to take long takes time in proportion to its length', () => {
  for (const piece of ['<a', '<a ', '<a href', '<a href="', '<!--', '<script>', '<a =', '<a x= ', "<a '"]) {
    const page = piece.repeat(50_000)
    assert.equal(
      withLinks(page, link => link),
      page,
    )
  }
})
