/** The process beside which cluster DNS is measured, and which it asks: Node's own sockets, that no name is there. */
import { createSocket } from 'node:dgram'
import { encode } from 'dns-packet'

process.once('disconnect', () => process.exit())
process.once('message', () => {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 2 * 2 ** 20, lookup: (host, _, done) => done(null, host, 4) })
  const authority = encode({
    type: 'response',
    authorities: [{ type: 'SOA', name: 'test', ttl: 30, data: { mname: 'ns.test', rname: 'root.test', minimum: 30 } }],
  }).subarray(12)
  socket.on('message', (request, { port, address }) => {
    // The question ends before what the client says of itself.
    const end = request.length - (request.readUInt16BE(10) ? 11 : 0)
    const answer = Buffer.concat([request.subarray(0, end), authority])
    answer.writeUInt16BE(0x8183, 2)
    answer.writeUInt16BE(1, 8)
    answer.writeUInt16BE(0, 10)
    socket.send(answer, port, address)
  })
  socket.bind(0, '127.0.0.1', () => process.send?.(socket.address().port))
})
