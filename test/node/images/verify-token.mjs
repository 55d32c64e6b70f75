// Verifies a token against what its issuer publishes, with nothing but what a pod is given: node verify-token.mjs FILE AUDIENCE
import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { get } from 'node:https'

const [file, audience] = process.argv.slice(2)
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'
const ca = readFileSync(`${ACCOUNT}/ca.crt`)
const headers = { authorization: `Bearer ${readFileSync(`${ACCOUNT}/token`, 'utf8')}` }
const fetched = url =>
  new Promise((resolve, reject) =>
    get(url, { ca, headers }, response => {
      let text = ''
      response.on('data', piece => (text += piece))
      response.on('end', () => (response.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(`${url}: ${response.statusCode}: ${text}`))))
    }).on('error', reject),
  )

const [head, body, signature] = readFileSync(file, 'utf8').split('.')
const { alg, kid } = JSON.parse(Buffer.from(head, 'base64url'))
const claims = JSON.parse(Buffer.from(body, 'base64url'))
const discovery = await fetched(`${claims.iss}/.well-known/openid-configuration`)
assert.equal(discovery.issuer, claims.iss)
assert(discovery.id_token_signing_alg_values_supported.includes(alg))
const { keys } = await fetched(discovery.jwks_uri)
const key = createPublicKey({ key: keys.find(one => one.kid === kid), format: 'jwk' })
const options = alg.startsWith('ES') ? { key, dsaEncoding: 'ieee-p1363' } : key
assert(verify(`sha${alg.slice(2)}`, Buffer.from(`${head}.${body}`), options, Buffer.from(signature, 'base64url')), 'signature')
assert(claims.aud.includes(audience), `audience ${claims.aud}`)
assert(claims.nbf * 1000 <= Date.now() && Date.now() < claims.exp * 1000, 'time')
console.log(`verified ${claims.sub}`)
