import type { ControlTrace } from '@lunkit/control/client'
import type { Context, Reply } from '../commands/command.ts'
import { fileEnd, fileStart, packet } from './pcapng.ts'
import { type TraceFile, traceFile } from './pcapng-file.ts'
import { TracedConnection } from './traced-connection.ts'

/** The port by which Wireshark knows iSCSI without being told. */
const KNOWN_PORT = '3260'

/** How many connections are remembered. */
const CONNECTIONS = 4096

/** A trace as a file of frames, which Wireshark opens. */
export class PcapngTrace {
  readonly #path: string
  readonly #file: TraceFile
  readonly #connections = new Map<string, TracedConnection>()
  readonly #ports = new Set<string>()
  #pdus = 0
  #lost = 0
  /** Of them, how many no packet says yet that they are missing before it. */
  #unsaid = 0
  #lastNs = 0n

  private constructor(path: string, file: TraceFile) {
    this.#path = path
    this.#file = file
  }

  /** Begins a file; "-" is standard output. @throws {Refusal} where it cannot be written. */
  static async open(path: string, { data, personality }: Context): Promise<PcapngTrace> {
    const file = await traceFile(path, data?.streams?.output)
    await file.write(fileStart(personality.version))
    return new PcapngTrace(path, file)
  }

  /** Writes PDUs. @throws {Refusal} where it cannot be done. */
  async add({ lost, pdus }: ControlTrace): Promise<void> {
    this.#lost += lost
    this.#unsaid += lost
    const packets = pdus.flatMap(pdu => {
      this.#pdus++
      this.#lastNs = BigInt(pdu.at)
      return this.#connectionOf(pdu)
        .frames(pdu)
        .map(frame => packet(frame, this.#takeComment()))
    })
    if (packets.length > 0) await this.#file.write(Buffer.concat(packets))
  }

  /** Ends the file. */
  async close(): Promise<void> {
    await this.#file.write(fileEnd(this.#lastNs, this.#lost))
    await this.#file.close()
  }

  /** What has become of it. */
  get reply(): Reply {
    const strange = [...this.#ports].filter(port => port !== KNOWN_PORT)
    const decode = strange.map(port => `-d tcp.port==${port},iscsi `).join('')
    const lost = this.#lost === 0 ? [] : [`${this.#lost} PDUs were lost: they came faster than they were written.`]
    const lines = [`${this.#pdus} PDUs in ${this.#path}.`, ...lost, `To read it: tshark ${decode}-r ${this.#path}`]
    return {
      lines: this.#path === '-' ? [...lines.slice(0, -1)] : lines,
      data: { file: this.#path, pdus: this.#pdus, lost: this.#lost },
      isAside: this.#path === '-',
    }
  }

  #connectionOf(pdu: ControlTrace['pdus'][number]): TracedConnection {
    const key = `${pdu.initiator} ${pdu.target}`
    const known = this.#connections.get(key)
    if (known && !known.isOther(pdu)) return known
    const [oldest] = this.#connections.keys()
    if (this.#connections.size >= CONNECTIONS && oldest !== undefined) this.#connections.delete(oldest)
    this.#ports.add(pdu.target.replace(/.*:/, ''))
    const connection = new TracedConnection(pdu)
    this.#connections.set(key, connection)
    return connection
  }

  #takeComment(): string | undefined {
    if (this.#unsaid === 0) return undefined
    const comment = `${this.#unsaid} PDUs before this one were lost`
    this.#unsaid = 0
    return comment
  }
}
