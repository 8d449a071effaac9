/**
 * The least that a login costs a program on Node: takes connections in and says the same to every initiator, in as many answers as lunkitd
 * does, whatever it said. It looks at nothing, and prints its port.
 */
import { type AddressInfo, createServer } from 'node:net'

const headerBytes = 48
const loginResponse = 0x23
const logoutResponse = 0x26

/** RFC 7143 11.13: `flags` are T, CSG and NSG. */
function response(opcode: number, flags: number, pairs: readonly string[] = []): Buffer {
  const text = Buffer.from(pairs.map(pair => `${pair}\0`).join(''))
  const pdu = Buffer.alloc(headerBytes + Math.ceil(text.length / 4) * 4)
  pdu[0] = opcode
  pdu[1] = flags
  pdu.writeUIntBE(text.length, 5, 3)
  text.copy(pdu, headerBytes)
  return pdu
}

const answers = [
  response(loginResponse, 0x00, ['AuthMethod=CHAP', 'TargetPortalGroupTag=1']),
  response(loginResponse, 0x00, ['CHAP_A=5', 'CHAP_I=7', `CHAP_C=0x${'ab'.repeat(16)}`]),
  response(loginResponse, 0x81),
  response(loginResponse, 0x87, [
    ...['HeaderDigest=None', 'DataDigest=None', 'InitialR2T=Yes', 'ImmediateData=Yes', 'MaxBurstLength=262144'],
    ...['FirstBurstLength=65536', 'MaxOutstandingR2T=1', 'ErrorRecoveryLevel=0', 'MaxConnections=1'],
    ...['DefaultTime2Wait=2', 'DefaultTime2Retain=0', 'MaxRecvDataSegmentLength=262144'],
  ]),
  response(logoutResponse, 0x80),
]

const server = createServer({ noDelay: true }, socket => {
  let said = 0
  socket.on('error', () => {})
  socket.on('data', () => {
    const answer = answers[said++]
    if (answer === undefined) return
    socket.write(answer)
    if (said === answers.length) socket.end()
  })
})
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
