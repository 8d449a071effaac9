import { NopOut, RESERVED_TAG, ScsiCommand, TaskManagementFunction, TaskManagementRequest } from '@lunkit/pdu'
import { Read10, StartStopUnit, TestUnitReady, Write10 } from '@lunkit/scsi'
import { encodeLun, Status, TaskAttribute } from '@lunkit/scsi/transport'
import { dataView } from '@lunkit/wire'
import { rightLogin } from '../cases/security.ts'
import { Finding, FindingKind } from '../finding.ts'
import type { ServedLun } from '../oracle/served-disk.ts'
import type { TaskModel } from '../oracle/task-model.ts'
import { Peer } from './peer.ts'
import { GOOD_TARGET_NAME, TARGET_NAME, type World } from './world.ts'

const BLOCKS = 4
const GOOD_ISID = 0x8000_0000_00aa
const PROBE_ISID = 0x8000_0000_00bb
/** Unit attentions that a new nexus may have to be told of, one a command. */
const ATTENTIONS_AT_MOST = 6

interface Wish {
  readonly cdb: Uint8Array
  readonly lun: number
  readonly readBytes?: number
  readonly data?: Buffer
}

/** An initiator that keeps every rule, and has to be served for it. */
export class RuleKeeper {
  readonly peer: Peer
  readonly #world: World
  readonly #luns: ReadonlyMap<number, ServedLun>
  #tag = 0x100
  #round = 0

  private constructor(world: World, luns: ReadonlyMap<number, ServedLun>) {
    this.#world = world
    this.#luns = luns
    this.peer = new Peer(world, world.connect(), { luns, pinged: tag => queueMicrotask(() => this.#pong(tag)) })
  }

  /** The session beside the ones that are fuzzed. */
  static async beside(world: World): Promise<RuleKeeper> {
    const keeper = new RuleKeeper(world, world.goodLuns)
    await keeper.#login(GOOD_TARGET_NAME, GOOD_ISID)
    for (let i = 0; i < ATTENTIONS_AT_MOST; i++) keeper.#command({ cdb: TestUnitReady.encode({}), lun: 0 })
    await world.settle()
    return keeper
  }

  /** Uses the target that was fuzzed as one does, after what its state is had been brought back. */
  static async probe(world: World): Promise<void> {
    const keeper = new RuleKeeper(world, world.luns)
    await keeper.#login(TARGET_NAME, PROBE_ISID)
    for (const lun of [0, 1]) keeper.#reset(lun)
    await world.settle()
    keeper.#command({ cdb: StartStopUnit.encode({ loadEject: true, start: true }), lun: 1 })
    for (const lun of [0, 1])
      for (let i = 0; i < ATTENTIONS_AT_MOST; i++) keeper.#command({ cdb: TestUnitReady.encode({}), lun })
    keeper.#command({ cdb: StartStopUnit.encode({ loadEject: true, start: true }), lun: 1 })
    keeper.#ping()
    for (const lun of [0, 1]) await keeper.#writeAndRead(lun)
    keeper.peer.hangUp()
  }

  /** Logs in where one has to show who one is, and has to get in at once. */
  static async prove(world: World): Promise<void> {
    const peer = new Peer(world, world.connect())
    for (const step of rightLogin(0)) {
      peer.say(step)
      await world.settle()
    }
    if (!peer.conversation.loggedIn) throw new Finding(FindingKind.goodSession, 'the right secret lets nobody in')
    peer.hangUp()
    await world.settle()
  }

  /** Writes and reads back. */
  async round(): Promise<void> {
    this.#ping()
    await this.#writeAndRead(0)
    if (this.peer.closed) throw new Finding(FindingKind.goodSession, 'the session beside was ended')
  }

  async #login(target: string, isid: number): Promise<void> {
    const keys = {
      InitiatorName: 'iqn.2026-11.io.lunkit:rule-keeper',
      TargetName: target,
      SessionType: 'Normal',
      ...(isid === GOOD_ISID && { HeaderDigest: 'CRC32C', DataDigest: 'CRC32C' }),
    }
    this.peer.login(keys, isid)
    await this.#world.settle()
    if (!this.peer.conversation.loggedIn) throw new Finding(FindingKind.goodSession, `${target} let nobody in`)
  }

  async #writeAndRead(lun: number): Promise<void> {
    const { blockBytes, sizeBytes } = (this.#luns.get(lun) as ServedLun).disk.model
    this.#round++
    const bytes = BLOCKS * blockBytes
    const lba = (this.#round * BLOCKS) % (sizeBytes / blockBytes)
    const data = Buffer.alloc(bytes, this.#round & 0xff)
    const write = this.#command({ cdb: Write10.encode({ lba, blocks: BLOCKS }), lun, data })
    const read = this.#command({ cdb: Read10.encode({ lba, blocks: BLOCKS }), lun, readBytes: bytes })
    await this.#world.settle()
    for (const task of [write, read])
      if (task.status !== Status.good)
        throw new Finding(FindingKind.goodSession, `a ${task.effect.kind} on LUN ${lun} ended with ${task.status}`)
  }

  #command({ cdb, lun, readBytes = 0, data = Buffer.alloc(0) }: Wish): TaskModel {
    const initiatorTaskTag = this.#tag++
    const header = ScsiCommand.encode({
      final: true,
      read: readBytes > 0,
      write: data.length > 0,
      attribute: TaskAttribute.simple,
      expectedDataTransferLength: data.length || readBytes,
      initiatorTaskTag,
      cdb,
    })
    encodeLun(lun, dataView(header), LUN_BYTE)
    this.#send(header, data)
    const task = this.peer.conversation.ledger.last(initiatorTaskTag)
    if (!task) throw new Finding(FindingKind.goodSession, 'the connection of a session that keeps the rules has ended')
    return task
  }

  #ping(): void {
    const header = NopOut.encode({ initiatorTaskTag: this.#tag++, targetTransferTag: RESERVED_TAG })
    this.#send(header, Buffer.from('are you there'))
  }

  /** Answers a NOP-In. */
  #pong(targetTransferTag: number): void {
    if (this.peer.closed) return
    const header = NopOut.encode({ immediate: true, initiatorTaskTag: RESERVED_TAG, targetTransferTag })
    this.#send(header, Buffer.alloc(0))
  }

  #reset(lun: number): void {
    const header = TaskManagementRequest.encode({
      immediate: true,
      function: TaskManagementFunction.logicalUnitReset,
      initiatorTaskTag: this.#tag++,
      referencedTaskTag: RESERVED_TAG,
    })
    encodeLun(lun, dataView(header), LUN_BYTE)
    this.#send(header, Buffer.alloc(0))
  }

  #send(header: Uint8Array, data: Buffer): void {
    const bound = { cmdSN: 0, expStatSN: 0 }
    this.peer.pdu({ do: 'pdu', on: 0, header: Buffer.from(header).toString('hex'), data: data.toString('hex'), bound })
  }
}

/** Where the logical unit number lies in a header, RFC 7143 11.2.1.7. */
const LUN_BYTE = 8
