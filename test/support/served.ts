/** What a server in a pod answers. Without a readiness probe its pod is ready before anybody listens there. */
import { eventually } from '#test/conformance/support/eventually.ts'

/** The text at a URL, once it is served. */
export const served = (url: string): Promise<string> => eventually(async () => (await fetch(url)).text())
