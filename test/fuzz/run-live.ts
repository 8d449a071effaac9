import { StoreFault, type StoreOperation } from '@lunkit/backstores'
import type { LiveCase, Step } from './cases/case.ts'
import { Area, Door } from './cases/case.ts'
import { Finding, FindingKind } from './finding.ts'
import { Peer } from './world/peer.ts'
import { RuleKeeper } from './world/rule-keeper.ts'
import type { MemoryWire } from './world/wire.ts'
import type { FuzzedDisk, World } from './world/world.ts'

/** Longer than every wait for data of the peer's, shorter than the wait for an answer to a ping. */
const OWED_MS = 12_000
/** Longer than an aborted task is waited for. */
const DRAIN_MS = 45_000
/** What one write may hold when a peer has read nothing: data-in, output, and what was under way. */
const LONGEST_WRITE_BYTES = 1024 * 1024

/** Runs live cases one after the other in one world. */
export class LiveRunner {
  readonly world: World
  #beside: RuleKeeper | undefined
  #peers = new Map<number, Peer>()
  #baseDeadlines = 0

  constructor(world: World) {
    this.world = world
  }

  /** @throws {Finding} for whatever is wrong. */
  async run(fuzzCase: LiveCase): Promise<void> {
    if (!this.#beside) await this.#begin()
    this.#peers = new Map()
    for (const step of fuzzCase.steps) await this.#perform(step, fuzzCase)
    await this.#finish(fuzzCase)
  }

  async #begin(): Promise<void> {
    this.#beside = await RuleKeeper.beside(this.world)
    this.#baseDeadlines = this.world.timers.size
  }

  async #perform(step: Step, fuzzCase: LiveCase): Promise<void> {
    const { world } = this
    if (step.do === 'settle') await world.settle()
    else if (step.do === 'pass') await world.pass(step.ms)
    else if (step.do === 'fail') {
      const operations = [step.operation as StoreOperation]
      this.#disk(step.disk).fail.fail({ fault: StoreFault.io, operations, times: step.times })
    } else if (step.do === 'slow')
      this.#disk(step.disk).delay.hold(step.turns < 0 ? {} : { delayMs: Math.min(step.turns, MOST_SLOW_TURNS) })
    else await this.#converse(step, fuzzCase)
    world.check()
  }

  #disk(index: number): FuzzedDisk {
    const { disks } = this.world
    return disks[index % disks.length] as FuzzedDisk
  }

  async #converse(step: Extract<Step, { on: number }>, fuzzCase: LiveCase): Promise<void> {
    const peer = await this.#peer(step.on, fuzzCase)
    switch (step.do) {
      case 'pdu':
        return peer.pdu(step)
      case 'bytes':
        return peer.send(Buffer.from(step.bytes, 'hex'))
      case 'login':
        peer.login(step.keys, step.isid)
        return this.world.settle()
      case 'say':
        await this.world.settle()
        return peer.say(step)
      case 'answer':
        await this.world.settle()
        peer.answer(step)
        return
      case 'block':
        return peer.wire.block()
      case 'unblock':
        return peer.wire.unblock()
      case 'hangUp':
        return peer.hangUp()
    }
  }

  async #peer(on: number, { door, cuts }: LiveCase): Promise<Peer> {
    const there = this.#peers.get(on)
    if (there) return there
    const wire = door === Door.tcp ? await this.world.connectTcp() : this.world.connect()
    const peer = new Peer(this.world, wire, { cuts })
    this.#peers.set(on, peer)
    return peer
  }

  /** What holds at the end of every case, whatever it did. */
  async #finish({ area }: LiveCase): Promise<void> {
    const { world } = this
    const peers = [...this.#peers.values()]
    for (const { fail, delay } of world.disks) {
      fail.heal()
      delay.hold(undefined)
      delay.release()
    }
    for (const peer of peers) {
      peer.send(Buffer.alloc(0))
      peer.wire.unblock()
    }
    await world.settle()
    for (const peer of peers) peer.checkFollowed()
    if (area === Area.security) await RuleKeeper.prove(world)
    await this.#beside?.round()
    await this.#checkAnswers(peers)
    for (const peer of peers) peer.hangUp()
    await world.settle()
    await this.#checkNothingLeft()
    await RuleKeeper.probe(world)
    await world.settle()
    await this.#checkNothingLeft()
    world.management.ended = world.management.asked
    world.checkContents()
  }

  /** As long as answers come, those that are missing may wait for them. */
  async #checkAnswers(peers: readonly Peer[]): Promise<void> {
    const missing = () => peers.flatMap(peer => (peer.closed ? [] : peer.conversation.ledger.unanswered()))
    const answers = () => peers.reduce((sum, { conversation }) => sum + conversation.ledger.answers, 0)
    for (let [request] = missing(); request; [request] = missing()) {
      const before = answers()
      await this.world.pass(OWED_MS)
      if (answers() === before && missing().includes(request))
        throw new Finding(FindingKind.unanswered, `opcode ${request.opcode} with tag ${request.tag}`)
    }
    for (const { wire } of peers) {
      const { longestWrite = 0 } = wire as Partial<MemoryWire>
      if (longestWrite > LONGEST_WRITE_BYTES)
        throw new Finding(FindingKind.grew, `${longestWrite} bytes waited for a peer that did not read`)
    }
  }

  async #checkNothingLeft(): Promise<void> {
    if (!this.#left()) return
    await this.world.pass(DRAIN_MS)
    const left = this.#left()
    if (left) throw left
  }

  /** What is left of sessions when nobody but the one beside is connected any more. */
  #left(): Finding | undefined {
    const { server, device, slab, timers, groups } = this.world
    for (const { unit, count } of device.taskSets())
      if (count > 0) return new Finding(FindingKind.taskKept, `${count} tasks in the task set of ${unit.name}`)
    const nexuses = groups.flatMap(group => [...group.nexuses]).length
    const inLogin = server.statistics.get('connectionsInLogin')
    const sessions = server.statistics.get('sessionsOpen')
    if (server.connections !== 1 || server.sessions.length !== 1 || nexuses !== 1 || inLogin !== 0 || sessions !== 1)
      return new Finding(
        FindingKind.sessionKept,
        `${server.connections} connections, ${inLogin} in login, ${server.sessions.length} sessions (${sessions}), ${nexuses} nexuses; 1, 0, 1, 1 are right`,
      )
    if (slab.takenBytes > 0 || slab.waiting > 0)
      return new Finding(FindingKind.memoryKept, `${slab.takenBytes} bytes, ${slab.waiting} wait for memory`)
    if (timers.size > this.#baseDeadlines)
      return new Finding(FindingKind.deadlineKept, `${timers.size} deadlines; ${this.#baseDeadlines} are right`)
    return undefined
  }
}

const MOST_SLOW_TURNS = 100
