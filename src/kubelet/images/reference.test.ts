/** Rules by which image references become full ones. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultOf, fullReference } from './reference.ts'

const rows: [rule: string, written: string, full: string][] = [
  ['a bare name is an official image of Docker Hub, latest', 'nginx', 'docker.io/library/nginx:latest'],
  ['a tag stays', 'mysql:5.7', 'docker.io/library/mysql:5.7'],
  ['a folder is an account of Docker Hub', 'mho/ckad:docker', 'docker.io/mho/ckad:docker'],
  ['a first part with a dot is a host', 'k8s.gcr.io/goproxy:0.1', 'k8s.gcr.io/goproxy:0.1'],
  ['a first part with a port is a host', 'localhost:5000/a', 'localhost:5000/a:latest'],
  ['localhost is a host', 'localhost/knarr/pause', 'localhost/knarr/pause:latest'],
  ['a digest needs no tag', 'busybox@sha256:0123', 'docker.io/library/busybox@sha256:0123'],
]
for (const [rule, written, full] of rows) test(rule, () => assert.equal(fullReference(written), full))

const faults: readonly [string, string | undefined][] = [
  ['nginx', undefined],
  ['registry.example.com:5000/team/app:v1@sha256:0123456789012345678901234567890123456789012345678901234567890123', undefined],
  ['app:Tag_1.2-x', undefined],
  ['EXAMPLE.com/app', undefined],
  ['Nginx', 'invalid reference format: repository name (library/Nginx) must be lowercase'],
  ['example.com/Team/app:1', 'invalid reference format: repository name (Team/app) must be lowercase'],
  ['two words', 'invalid reference format'],
  ['Two words', 'invalid reference format'],
  ['app:', 'invalid reference format'],
  ['', 'invalid reference format'],
]
for (const [reference, fault] of faults) test(`"${reference}": ${fault ?? 'sound'}`, () => assert.equal(faultOf(reference), fault))
