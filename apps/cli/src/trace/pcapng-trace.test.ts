import { Writable } from 'node:stream'
import { NopOut, ScsiResponse } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import type { Context } from '../commands/command.ts'
import { framesOf } from '../testing/pcapng-reader.ts'
import { command, pduOf } from '../testing/traced-pdus.ts'
import { PcapngTrace } from './pcapng-trace.ts'

describe('what a trace remembers of connections', () => {
  it.each([
    [4095, 49],
    [4096, 1],
  ])('is what one has said until 4,096 others began: after %i it acknowledges %i', async (others, next) => {
    const written: Buffer[] = []
    const output = new Writable({ write: (chunk: Buffer, _, done) => done(void written.push(chunk)) })
    const around = { data: { streams: { output } }, personality: { version: '1.2.3' } } as unknown as Context
    const trace = await PcapngTrace.open('-', around)
    const later = Array.from({ length: others }, (_, at) => command([0], {}, { initiator: `192.0.2.8:${at + 1}` }))
    await trace.add({ lost: 0, pdus: [pduOf(NopOut, {}), ...later, pduOf(ScsiResponse, {}, { offset: 96 })] })
    await trace.close()
    expect(framesOf(Buffer.concat(written)).at(-1)).toMatchObject({ sequence: 97, acknowledged: next })
  })
})
