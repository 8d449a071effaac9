/**
 * What a command costs between the transport's bytes and the device server and back, without a network:
 * `node --conditions=source packages/target/bench/commands.ts`, in microseconds, best of some rounds.
 */
import { encodeText, LoginRequest, LoginStage, PduWriter, ScsiCommand } from '@lunkit/pdu'
import { type Nexus, type Piece, type PieceReceiver, Status, type Task } from '@lunkit/scsi/transport'
import { Slab } from '@lunkit/wire'
import { type ByteStream, openAccess, type StreamListener, TargetServer, TimerWheel } from '../src/index.ts'

const NAME = 'iqn.2026-11.io.lunkit:bench'
const PORTAL = { host: '127.0.0.1', port: 3260 }
const DEPTH = 32
const TURNS = 500
const ROUNDS = 15
const MEGABYTE = 1024 * 1024

/** Takes everything at once, as an idle network does. */
class Sink implements ByteStream {
  readonly remote = PORTAL
  readonly local = PORTAL
  bytes = 0
  writes = 0
  listener: StreamListener | undefined

  write(buffers: readonly Buffer[], taken: () => void): void {
    this.writes++
    for (const buffer of buffers) this.bytes += buffer.length
    taken()
  }
  pause(): void {}
  forgetPlace(): void {}
  resume(): void {}
  end(): void {}
  destroy(): void {
    process.nextTick(() => this.listener?.closed())
  }
}

/** Answers every command at once, with memory as it comes. */
class Instant implements Nexus, PieceReceiver {
  readonly #slab: Slab
  #writing: Task | undefined

  constructor(slab: Slab) {
    this.#slab = slab
  }

  submit(task: Task): void {
    if (task.writeBytes > 0) {
      this.#writing = task
      task.dataLength(task.writeBytes)
      task.expectData(task.writeBytes)
      task.receive(this)
    } else {
      const { readBytes } = task
      task.dataLength(readBytes)
      if (readBytes > 0 && task.room(readBytes, this)) {
        const slot = this.#slab.take(readBytes)
        if (slot) task.send(slot.bytes.subarray(0, readBytes), slot)
      }
      task.finish(Status.good)
    }
  }

  receivePiece({ slot }: Piece): void {
    slot.release()
    this.#writing?.finish(Status.good)
  }

  roomMade(): void {}

  answered(): void {}
  manage(): void {}
  close(_why: unknown, ended: () => void): void {
    ended()
  }
}

const slab = new Slab({ sizeBytes: 64 * MEGABYTE })
// The bench itself is the event loop: a turn that is cut would wait for one that never comes.
const limits = { outputBytesPerTurn: Number.MAX_SAFE_INTEGER }
const server = new TargetServer({ slab, timers: new TimerWheel(), limits })
server.define({
  name: NAME,
  portalGroups: [
    {
      tag: 1,
      enabled: true,
      portals: [PORTAL],
      parameters: { MaxRecvDataSegmentLength: 262_144 },
      access: openAccess,
      router: { open: () => new Instant(slab) },
    },
  ],
})

const writer = new PduWriter()
const sink = new Sink()
const connection = server.accept(sink, PORTAL)
if (!connection) throw new Error('the connection was refused')
sink.listener = connection

const login = writer.compose(LoginRequest)
login.transit = true
login.currentStage = LoginStage.operationalNegotiation
login.nextStage = LoginStage.fullFeaturePhase
writer.endWith(
  encodeText([
    ['InitiatorName', 'iqn.2026-11.example:bench'],
    ['TargetName', NAME],
    ['MaxRecvDataSegmentLength', '262144'],
  ]),
)
const firstTurn = turnBytes()
connection.receive(firstTurn, firstTurn.length, false)

let cmdSN = 0

function turnBytes(): Buffer {
  const turn = writer.take()
  const bytes = Buffer.concat(turn?.buffers ?? [])
  turn?.written()
  return bytes
}

/** The bytes of a turn's commands. */
function commands(lengthBytes: number, data: Uint8Array | undefined): Buffer {
  for (let i = 0; i < DEPTH; i++) {
    const out = writer.compose(ScsiCommand)
    out.final = true
    out.read = !data && lengthBytes > 0
    out.write = data !== undefined
    out.attribute = 1
    out.initiatorTaskTag = i
    out.expectedDataTransferLength = lengthBytes
    out.cmdSN = cmdSN++
    if (data) writer.endWith(data)
    else writer.end()
  }
  return turnBytes()
}

function measure(name: string, lengthBytes: number, data?: Uint8Array): void {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const turns = Array.from({ length: TURNS }, () => commands(lengthBytes, data))
    const start = process.hrtime.bigint()
    for (const turn of turns) connection?.receive(turn, turn.length, false)
    best = Math.min(best, Number(process.hrtime.bigint() - start) / TURNS / DEPTH / 1000)
  }
  console.log(`${name.padEnd(32)} ${best.toFixed(2).padStart(8)} us`)
}

measure('no data', 0)
measure('read 4 KiB', 4096)
measure('read 64 KiB', 65_536)
measure('write 4 KiB, immediate', 4096, Buffer.alloc(4096))
measure('write 8 KiB, immediate', 8192, Buffer.alloc(8192))
await server.close()
