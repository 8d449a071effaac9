import { Slab } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import type { Outbox } from '../connection/outbox.ts'
import { TARGET_LIMITS } from '../limits.ts'
import { MemoryShare } from '../session/memory-share.ts'
import { TargetStatistics } from '../statistics.ts'
import { Room, type RoomHolder } from './room.ts'

const KIB = 1024
const PIECE = 256 * KIB

/** Somebody who asks for room for a unit, and what happened. */
class Holder implements RoomHolder {
  reservedBytes = 0
  admitted = 0
  /** Called when room was made. */
  then: () => void = () => {}
  readonly #room: Room
  readonly #isUnitServed: () => boolean

  constructor(room: Room, isUnitServed: () => boolean) {
    this.#room = room
    this.#isUnitServed = isUnitServed
  }

  get unitHasRoom(): boolean {
    return this.#isUnitServed()
  }

  ask(lengthBytes: number): boolean {
    const roomMade = (): void => {
      this.admitted++
      this.then()
    }
    return this.#room.ask(this, lengthBytes, { roomMade })
  }
}

/** The room of a connection that may have 512 KiB of data-in under way. */
function made() {
  const statistics = new TargetStatistics()
  const limits = { ...TARGET_LIMITS, dataInBytes: 512 * KIB }
  const share = new MemoryShare(new Slab({ sizeBytes: 16 * KIB * KIB }), limits, statistics)
  const outbox = { queuedBytes: 0 }
  const room = new Room(outbox as Outbox, share)
  const holder = (isUnitServed = () => true): Holder => new Holder(room, isUnitServed)
  const counted = (): number => statistics.get('dataInHeldBytes')
  return { room, outbox, holder, counted }
}

describe('room for data-in', () => {
  it('is there as far as the share goes, and counted', () => {
    const { room, holder, counted } = made()
    const [one, two] = [holder(), holder()]
    expect([one.ask(PIECE), two.ask(PIECE), two.ask(1)]).toEqual([true, true, false])
    expect([room.reservedBytes, one.reservedBytes, two.reservedBytes, counted()]).toEqual([
      2 * PIECE,
      PIECE,
      PIECE,
      2 * PIECE,
    ])
  })

  it('is there for more than the share where nothing else is under way', () => {
    const { room, outbox, holder } = made()
    outbox.queuedBytes = 1
    const large = holder()
    expect(large.ask(4 * PIECE)).toBe(false)
    outbox.queuedBytes = 0
    room.written()
    expect([large.admitted, large.reservedBytes]).toEqual([1, 4 * PIECE])
  })

  it('is given in the order of asking, not to those who would fit before', () => {
    const { room, holder } = made()
    const [first, second, third] = [holder(), holder(), holder()]
    first.ask(2 * PIECE)
    second.ask(2 * PIECE)
    expect(third.ask(1)).toBe(false)
    room.moved(first, PIECE)
    room.written()
    expect([second.admitted, third.admitted]).toEqual([0, 0])
    room.moved(first, PIECE)
    room.written()
    expect([second.admitted, third.admitted]).toEqual([1, 0])
    room.giveBack(second)
    expect([third.admitted, room.reservedBytes]).toEqual([1, 1])
  })

  it('is given out of turn to a unit that has none, as long as the transport takes what it is given', () => {
    const { room, outbox, holder } = made()
    const [first, second] = [holder(), holder()]
    first.ask(2 * PIECE)
    second.ask(PIECE)
    expect(holder(() => false).ask(2 * PIECE)).toBe(true)
    outbox.queuedBytes = PIECE
    const late = holder(() => false)
    expect(late.ask(PIECE + 1)).toBe(false)
    outbox.queuedBytes = PIECE - 1
    room.written()
    expect([late.admitted, second.admitted]).toEqual([1, 0])
  })

  it('is what is left of it when a part has become output, and no less than nothing', () => {
    const { room, holder, counted } = made()
    const [one, two] = [holder(), holder()]
    one.ask(100)
    two.ask(100)
    room.moved(one, 30)
    expect([one.reservedBytes, room.reservedBytes]).toEqual([70, 170])
    room.moved(one, 500)
    expect([one.reservedBytes, room.reservedBytes]).toEqual([0, 100])
    room.written()
    expect(counted()).toBe(100)
  })

  it('is given back with what its task waits for, at once', () => {
    const { room, outbox, holder, counted } = made()
    const [first, second, third] = [holder(), holder(), holder()]
    first.ask(2 * PIECE)
    second.ask(PIECE)
    third.ask(PIECE)
    room.giveBack(second)
    expect([second.admitted, third.admitted]).toEqual([0, 0])
    room.giveBack(first)
    expect([second.admitted, third.admitted, counted()]).toEqual([0, 1, PIECE])
    outbox.queuedBytes = 10
    room.giveBack(first)
    expect(counted()).toBe(PIECE)
    room.giveBack(third)
    expect(counted()).toBe(10)
  })

  it('is handed out once, also where somebody who gets some gives it back meanwhile', () => {
    const { room, holder } = made()
    const order: string[] = []
    const [first, second, third, fourth] = [holder(), holder(), holder(), holder()]
    first.ask(2 * PIECE)
    for (const each of [second, third, fourth]) each.ask(2 * PIECE)
    second.then = () => {
      order.push('second')
      room.giveBack(second)
      order.push('second is done')
    }
    third.then = () => order.push('third')
    room.giveBack(first)
    expect(order).toEqual(['second', 'second is done', 'third'])
    expect([second.admitted, third.admitted, fourth.admitted]).toEqual([1, 1, 0])
  })

  it('is not given out of turn to who has given up meanwhile', () => {
    const { room, outbox, holder } = made()
    const full = holder()
    full.ask(2 * PIECE)
    outbox.queuedBytes = 2 * PIECE
    const [second, third] = [holder(() => false), holder(() => false)]
    second.ask(PIECE)
    third.ask(PIECE)
    second.then = () => {
      room.giveBack(third)
    }
    outbox.queuedBytes = 0
    room.written()
    expect([second.admitted, third.admitted]).toEqual([1, 0])
  })

  it('is nobody’s once the connection is gone, and not counted any more', () => {
    const { room, outbox, holder, counted } = made()
    const [first, second] = [holder(), holder()]
    first.ask(2 * PIECE)
    second.ask(PIECE)
    room.close()
    expect(counted()).toBe(0)
    outbox.queuedBytes = 7
    room.giveBack(first)
    room.written()
    expect([second.admitted, counted()]).toEqual([0, 0])
  })
})
