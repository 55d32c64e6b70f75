/** The limits of the HTTP server, each with its reason. */

/** Upstream's MaxRequestBodyBytes: what etcd takes in one request, doubled. */
export const BODY_MAX_BYTES = 3 * 1024 * 1024
/** So much of a body that is refused is read and forgotten, so that its sender gets to reading the answer. Who sends even more is cut off. */
export const DISCARD_MAX_BYTES = 8 * 1024 * 1024
/** Longer answers are written piece by piece, so that a client is noticed that takes nothing of them; each piece waits for the client once. */
export const PIECE_BYTES = 256 * 1024
/** Smaller answers cost more time than gzip saves: upstream's threshold. */
export const GZIP_MIN_BYTES = 128 * 1024
/** Half-open clients must not hold sockets: time for TLS, and for the head of a request. */
export const HANDSHAKE_TIMEOUT_MS = 10_000
export const HEADERS_TIMEOUT_MS = 32_000
/** Slow senders must not hold memory: time until a whole request is here. Upstream's request timeout. */
export const REQUEST_TIMEOUT_MS = 60_000
/** How often connections are looked after that wait for a client; what a timeout lasts longer at most. */
export const CHECK_MS = 10_000
/** An idle connection may stay so long: upstream's IdleTimeout is 90 s. */
export const IDLE_TIMEOUT_MS = 90_000
/** So long a client may take nothing of an answer that is being written, before it is cut off. */
export const WRITE_STALL_MAX_MS = 30_000
/** Clients that vanished without a word are found by TCP after this silence, and a few probes more. */
export const KEEPALIVE_DELAY_MS = 30_000
/** Requests at a time on one HTTP/2 connection: upstream's default, after CVE-2023-44487. */
export const STREAMS_MAX = 100
/** On shutdown, requests that are under way get so long to end. */
export const DRAIN_MAX_MS = 5_000
/** Longest path with query: long field selectors and continue tokens fit; Node's own limit of a head is 16 KiB. */
export const HEAD_MAX_BYTES = 64 * 1024
