/** Processes beside the bench, so that who asks does not take time from who answers. */
import { type ChildProcess, fork } from 'node:child_process'

/** Starts a program of this folder, gives it its job, and resolves with its first message. The caller ends it. Throws when it ends before. */
export async function start<Job extends object, First>(
  program: string,
  job: Job,
): Promise<{ readonly child: ChildProcess; readonly first: First } & Disposable> {
  const child = fork(new URL(program, import.meta.url).pathname, { stdio: 'inherit' })
  child.send(job)
  const first = await new Promise<First>((resolve, reject) => {
    child.once('message', message => resolve(message as First))
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`run ${program}: ended with code ${code}`)))
  })
  return { child, first, [Symbol.dispose]: () => void child.kill() }
}
export async function outcome<Job extends object, Report>(program: string, job: Job): Promise<Report> {
  using running = await start<Job, Report>(program, job)
  return running.first
}
/** Sends a message, and resolves with the next one that comes. */
export function answerTo<Message extends object, Answer>(child: ChildProcess, message: Message): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const end = (code: number | null) => reject(new Error(`ask process ${child.pid}: it ended with code ${code}`))
    child.once('exit', end)
    child.once('message', answer => {
      child.off('exit', end)
      resolve(answer as Answer)
    })
    child.send(message)
  })
}
