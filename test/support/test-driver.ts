/** A driver of devices for tests: it registers by its socket as drivers do, prepares whatever it is asked for, and keeps account of it. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Server, ServerCredentials, status } from '@grpc/grpc-js'
import { bool, many, message, one, text, texts } from '#base/grpc/message.ts'

const Claims = message({ claims: many(1, message({ namespace: text(1), uid: text(2), name: text(3) })) })
const Device = message({ requestNames: texts(1), poolName: text(2), deviceName: text(3), cdiDeviceIds: texts(4) })
const Answer = message({ devices: many(1, Device), error: text(2) })
const Answers = message({ claims: many(1, message({ key: text(1), value: one(2, Answer) })) })
const Releases = message({ claims: many(1, message({ key: text(1), value: one(2, message({ error: text(1) })) })) })
const Info = message({ type: text(1), name: text(2), endpoint: text(3), supportedVersions: texts(4) })
const Status = message({ isRegistered: bool(1), error: text(2) })
const Nothing = message({})

export interface TestDriver extends AsyncDisposable {
  /** `prepare <uid>`, `release <uid>`, in their order. */
  readonly calls: readonly string[]
  /** What the kubelet says when it does not want the driver. */
  readonly refusal: Promise<string>
  /** What it says to the next claims instead of preparing them; `forget`: nothing, `break`: an error of its own. */
  answer: string | undefined
  /** Whether it names devices to the runtime. */
  namesDevices: boolean
}

interface Handler {
  readonly request: { readonly decode: (bytes: Uint8Array) => unknown }
  readonly response: { readonly encode: (value: never) => Uint8Array }
  // `any`: each method has its own messages
  readonly work: (asked: any) => unknown
}

/** `services`: as it lists what it speaks. */
export async function startTestDriver(folder: string, name: string, services: readonly string[] = ['v1.DRAPlugin']): Promise<TestDriver> {
  const calls: string[] = []
  const refusal = Promise.withResolvers<string>()
  const server = new Server()
  const added = new Map<string, Map<string, Handler>>()
  const serve = (path: string, [request, response]: readonly [Handler['request'], Handler['response']], work: Handler['work']) => {
    const [, service = '', method = ''] = path.split('/')
    const methods = added.get(service) ?? new Map<string, Handler>()
    added.set(service, methods.set(method, { request, response, work }))
  }
  const driver: TestDriver = {
    calls,
    refusal: refusal.promise,
    answer: undefined,
    namesDevices: true,
    async [Symbol.asyncDispose]() {
      server.forceShutdown()
      rmSync(socket, { force: true })
    },
  }
  const prepare = ({ claims }: { readonly claims: readonly { readonly uid: string }[] }) => {
    if (driver.answer === 'break') throw new Error('broken')
    for (const { uid } of claims) calls.push(`prepare ${uid}`)
    if (driver.answer === 'forget') return { claims: [] }
    const device = (uid: string, request: string) => ({
      requestNames: [request],
      poolName: 'p',
      deviceName: `of ${request}`,
      cdiDeviceIds: driver.namesDevices ? [`${name}/class=of-${uid}-${request}`] : [],
    })
    const value = (uid: string) =>
      driver.answer ? { error: driver.answer } : { devices: ['r1', 'r2'].map(request => device(uid, request)) }
    return { claims: claims.map(({ uid }) => ({ key: uid, value: value(uid) })) }
  }
  const release = ({ claims }: { readonly claims: readonly { readonly uid: string }[] }) => {
    for (const { uid } of claims) calls.push(`release ${uid}`)
    return { claims: claims.map(({ uid }) => ({ key: uid, value: {} })) }
  }
  for (const service of services) {
    serve(`/k8s.io.kubelet.pkg.apis.dra.${service}/NodePrepareResources`, [Claims, Answers], prepare)
    serve(`/k8s.io.kubelet.pkg.apis.dra.${service}/NodeUnprepareResources`, [Claims, Releases], release)
  }
  serve('/pluginregistration.Registration/GetInfo', [Nothing, Info], () => ({
    type: 'DRAPlugin',
    name,
    endpoint: socket,
    supportedVersions: services,
  }))
  serve('/pluginregistration.Registration/NotifyRegistrationStatus', [Status, Nothing], ({ error }: { readonly error: string }) => {
    if (error) refusal.resolve(error)
    return {}
  })
  for (const [service, methods] of added) {
    const entries = [...methods].map(([method, { request, response }]) => [
      method,
      {
        path: `/${service}/${method}`,
        requestStream: false,
        responseStream: false,
        requestDeserialize: (bytes: Buffer) => request.decode(bytes),
        requestSerialize: () => Buffer.alloc(0),
        responseSerialize: (value: never) => Buffer.from(response.encode(value)),
        responseDeserialize: () => undefined,
      },
    ])
    const handlers = [...methods].map(([method, { work }]) => [
      method,
      ({ request }: { readonly request: unknown }, reply: (error: object | null, value?: unknown) => void) => {
        try {
          reply(null, work(request))
        } catch (error) {
          reply({ code: status.INTERNAL, details: (error as Error).message })
        }
      },
    ])
    server.addService(Object.fromEntries(entries), Object.fromEntries(handlers))
  }
  const socket = join(folder, `${name}-reg.sock`)
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), error => (error ? reject(error) : resolve())),
  )
  return driver
}
