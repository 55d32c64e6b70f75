// An application of three tiers: node guestbook.mjs primary | replica PRIMARY | frontend PRIMARY REPLICAS
//   primary, replica (port 6379): /get?key= /set?key=&value=; the primary tells its replicas, which introduce themselves by /register?host=
//   frontend (port 80): /guestbook?cmd=get|set&key=&value=
import { createServer, request } from 'node:http'
import { networkInterfaces } from 'node:os'

const BACKEND_PORT = 6379
const RETRY_MS = 500
const [role, primary, replicas] = process.argv.slice(2)

const ask = (host, path) =>
  new Promise((resolve, reject) =>
    request({ host, port: BACKEND_PORT, path, timeout: 5_000 }, response => {
      let text = ''
      response.on('data', piece => (text += piece))
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))))
    })
      .on('error', reject)
      .end(),
  )
const serve = (port, answers) =>
  createServer((incoming, response) => {
    const { pathname, searchParams } = new URL(incoming.url, 'http://any')
    const answer = async () => await answers[pathname](Object.fromEntries(searchParams))
    answer().then(
      body => response.end(typeof body === 'string' ? body : JSON.stringify(body)),
      error => response.writeHead(500).end(String(error)),
    )
  }).listen(port)

if (role === 'frontend')
  serve(80, {
    '/guestbook': ({ cmd, key, value = '' }) => ask(cmd === 'get' ? replicas : primary, `/${cmd}?${new URLSearchParams({ key, value })}`),
  })
else {
  let store = {}
  const known = []
  serve(BACKEND_PORT, {
    '/register': ({ host }) => {
      known.push(host)
      return { data: store }
    },
    '/get': ({ key }) => ({ data: store[key] ?? '' }),
    '/set': async ({ key, value }) => {
      store[key] = value
      for (const host of known) await ask(host, `/set?${new URLSearchParams({ key, value })}`)
      return { message: 'Updated' }
    },
  })
  const own = Object.values(networkInterfaces()).flat().find(({ internal, family }) => !internal && family === 'IPv4').address
  const register = () =>
    ask(primary, `/register?host=${own}`).then(
      text => (store = JSON.parse(text).data),
      error => {
        console.error(`register: ${error.message}`)
        setTimeout(register, RETRY_MS)
      },
    )
  if (role === 'replica') void register()
}
process.on('SIGTERM', () => process.exit(0))
