import { describe, expect, it } from 'vitest'
import type { Connection } from '../connection/connection.ts'
import { SessionRegistry } from './session-registry.ts'

const local = { host: '192.0.2.1', port: 3260 }
const description = (isid: number) => ({
  initiatorName: 'iqn.2026-11.example:host',
  isid,
  targetName: 'iqn.2026-11.io.lunkit:disk',
  targetPortalGroupTag: 1,
  authMethod: 'None',
  headerDigest: false,
  dataDigest: false,
  discovery: false,
  remote: { host: '192.0.2.7', port: 40_000 },
  local,
})

describe('session handles, RFC 7143 11.12.6', () => {
  it('are 1 to 65535, each of one session, and given again when their session is gone', () => {
    const registry = new SessionRegistry()
    const begin = (isid: number) => registry.begin(description(isid), {} as Connection, () => {})
    const sessions = Array.from({ length: 65_535 }, (_, isid) => begin(isid))
    const tsihs = sessions.map(session => session?.description.tsih ?? 0)
    expect([Math.min(...tsihs.slice(0, 9)), tsihs.at(0), tsihs.at(-1)]).toEqual([1, 1, 65_535])
    expect([new Set(tsihs).size, registry.size]).toEqual([65_535, 65_535])
    expect(begin(70_000)).toBeUndefined()
    expect(registry.find(777)?.description.isid).toBe(776)
    registry.find(777)?.giveUp()
    expect(registry.find(777)).toBeUndefined()
    expect(begin(70_000)?.description.tsih).toBe(777)
    expect(begin(70_001)).toBeUndefined()
  })
})

describe('an empty registry', () => {
  it('is told of when its last session is gone, once', () => {
    const registry = new SessionRegistry()
    const [first, second] = [1, 2].map(isid => registry.begin(description(isid), {} as Connection, () => {}))
    let told = 0
    registry.whenEmpty(() => told++)
    first?.giveUp()
    first?.giveUp()
    expect([told, registry.size]).toEqual([0, 1])
    second?.giveUp()
    expect([told, registry.size]).toEqual([1, 0])
    registry.begin(description(3), {} as Connection, () => {})?.giveUp()
    expect(told).toBe(1)
  })
})
