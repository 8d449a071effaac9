import { describe, expect, it } from 'vitest'
import type { KnownNexus } from './known-nexus.ts'
import { Reservation } from './reservation.ts'

const [a, b] = [{ key: 'a' } as KnownNexus, { key: 'b' } as KnownNexus]

describe('the reservation of a unit', () => {
  it('is not taken from its holder by another nexus, and the holder may take it again', () => {
    const reservation = new Reservation()
    expect([reservation.reserve(a), reservation.reserve(b), reservation.reserve(a)]).toEqual([true, false, true])
    expect([reservation.holder, reservation.conflicts(a), reservation.conflicts(b)]).toEqual(['a', false, true])
  })

  it('ends with its holder, and with no other nexus', () => {
    const reservation = new Reservation()
    reservation.reserve(a)
    reservation.end('b')
    reservation.release(b)
    expect(reservation.holder).toBe('a')
    reservation.end('a')
    expect([reservation.holder, reservation.conflicts(b)]).toEqual([undefined, false])
  })

  it('ends with a reset, whoever holds it', () => {
    const reservation = new Reservation()
    reservation.reserve(b)
    reservation.clear()
    expect(reservation.reserve(a)).toBe(true)
  })
})
