/** What a PDU costs: `node --conditions=source packages/pdu/bench/codec.ts`, in nanoseconds, best of some rounds. */
import {
  DataIn,
  Decoder,
  type PduReceiver,
  PduWriter,
  type ReceivedHeader,
  ScsiCommand,
  ScsiResponse,
} from '@lunkit/pdu'

const PDUS_A_TURN = 32
const ROUNDS = 15

let sink = 0

function measure(name: string, turns: number, turn: () => void): void {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < turns; i++) turn()
    best = Math.min(best, Number(process.hrtime.bigint() - start) / turns / PDUS_A_TURN)
  }
  console.log(`${name.padEnd(48)} ${best.toFixed(1).padStart(8)} ns`)
}

function commands(writer: PduWriter, data?: Uint8Array): void {
  for (let i = 0; i < PDUS_A_TURN; i++) {
    const header = writer.compose(ScsiCommand)
    header.final = true
    header.read = true
    header.attribute = 1
    header.initiatorTaskTag = i
    header.expectedDataTransferLength = 4096
    header.cmdSN = i
    header.expStatSN = 7
    if (data) writer.endWith(data)
    else writer.end()
  }
}

function responses(writer: PduWriter): void {
  for (let i = 0; i < PDUS_A_TURN; i++) {
    const header = writer.compose(ScsiResponse)
    header.initiatorTaskTag = i
    header.statSN = i
    header.expCmdSN = i
    header.maxCmdSN = i
    writer.end()
  }
}

function dataIns(writer: PduWriter, data: Uint8Array): void {
  for (let i = 0; i < PDUS_A_TURN; i++) {
    const header = writer.compose(DataIn)
    header.final = true
    header.hasStatus = true
    header.initiatorTaskTag = i
    header.targetTransferTag = 0xffff_ffff
    header.statSN = i
    header.expCmdSN = i
    header.maxCmdSN = i
    writer.endWith(data)
  }
}

class Receiver implements PduReceiver {
  readonly #memory = new Uint8Array(65_536)

  header({ view, at }: ReceivedHeader): Uint8Array {
    const command = ScsiCommand.view(view, at)
    sink += command.cmdSN + command.initiatorTaskTag + command.expectedDataTransferLength + (command.read ? 1 : 0)
    return this.#memory
  }

  complete(_header: ReceivedHeader, _data: Uint8Array | undefined, digestRight: boolean): void {
    if (digestRight) sink++
  }
}

const bytesOf = (compose: (writer: PduWriter) => void, headerDigest = false): Buffer => {
  const writer = new PduWriter()
  writer.headerDigest = headerDigest
  compose(writer)
  return Buffer.concat(writer.take()?.buffers ?? [])
}

function sent(writer: PduWriter): void {
  const turn = writer.take()
  if (!turn) return
  sink += turn.lengthBytes
  turn.written()
}

const decoder = new Decoder(new Receiver())
const plain = bytesOf(commands)
measure('decode SCSI Command', 5000, () => decoder.push(plain))
const with4k = bytesOf(writer => commands(writer, Buffer.alloc(4096)))
measure('decode SCSI Command, 4 KiB of data', 1000, () => decoder.push(with4k))
measure('decode SCSI Command, in chunks of 1448 bytes', 2000, () => {
  for (let at = 0; at < plain.length; at += 1448) decoder.push(plain.subarray(at, at + 1448))
})
const digesting = new Decoder(new Receiver())
digesting.headerDigest = true
const digested = bytesOf(commands, true)
measure('decode SCSI Command, header digest', 5000, () => digesting.push(digested))

const writer = new PduWriter()
measure('encode SCSI Response', 5000, () => {
  responses(writer)
  sent(writer)
})
for (const lengthBytes of [512, 4096, 8192, 16_384, 65_536]) {
  const data = Buffer.alloc(lengthBytes)
  measure(`encode Data-In, ${lengthBytes} bytes`, 500, () => {
    dataIns(writer, data)
    sent(writer)
  })
}
writer.headerDigest = true
measure('encode SCSI Response, header digest', 5000, () => {
  responses(writer)
  sent(writer)
})
console.log(`(${sink})`)
