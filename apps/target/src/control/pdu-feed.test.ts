import type { ToldTrace } from '@lunkit/control'
import type { TracedPdu } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { PduFeed } from './pdu-feed.ts'

const PDU: TracedPdu = {
  timeNs: 1_796_000_000_000_000_001n,
  fromInitiator: true,
  initiator: { host: '::1', port: 40_000 },
  target: { host: '127.0.0.1', port: 3260 },
  header: Uint8Array.of(1, 2, 3),
  dataLength: 9,
  data: Buffer.from('data'),
  headerDigest: false,
  dataDigest: true,
  digestRight: true,
  offset: 7,
}

/** A feed whose turns a test ends. */
function feeding() {
  const told: ToldTrace[] = []
  const waiting: (() => void)[] = []
  const reader = { takes: true }
  const tell = (each: ToldTrace): boolean => {
    if (reader.takes) told.push(each)
    return reader.takes
  }
  const feed = new PduFeed({ tell, later: run => void waiting.push(run) })
  return { feed, told, reader, endTurn: () => waiting.shift()?.(), waiting }
}

describe('a feed of PDUs', () => {
  it('tells those of a turn together, as JSON may have them', () => {
    const { feed, told, endTurn, waiting } = feeding()
    feed.hear(PDU)
    feed.hear(PDU)
    expect([told, waiting.length]).toEqual([[], 1])
    endTurn()
    expect(told).toEqual([{ lost: 0, pdus: [expect.anything(), expect.anything()] }])
    expect(told[0]?.pdus[0]).toEqual({
      at: '1796000000000000001',
      from: 'initiator',
      initiator: '[::1]:40000',
      target: '127.0.0.1:3260',
      header: 'AQID',
      dataLength: 9,
      data: 'ZGF0YQ==',
      headerDigest: false,
      dataDigest: true,
      digestRight: true,
      offset: 7,
    })
  })

  it('says how many nobody took, once somebody takes some', () => {
    const { feed, told, reader, endTurn } = feeding()
    reader.takes = false
    for (let turn = 0; turn < 3; turn++) {
      feed.hear(PDU)
      endTurn()
    }
    reader.takes = true
    for (let turn = 0; turn < 2; turn++) {
      feed.hear(PDU)
      endTurn()
    }
    expect(told.map(({ lost }) => lost)).toEqual([3, 0])
  })

  it('keeps a mebibyte of a turn, and counts what is beyond as lost', () => {
    const { feed, told, endTurn } = feeding()
    const big = { ...PDU, data: new Uint8Array(512 * 1024) }
    for (let pdu = 0; pdu < 5; pdu++) feed.hear(big)
    endTurn()
    expect(told.map(({ lost, pdus }) => [lost, pdus.length])).toEqual([[3, 2]])
  })
})
