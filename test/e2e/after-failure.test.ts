import { StoreFault, StoreOperation } from '@lunkit/backstores'
import { Reject, TaskManagementFunction } from '@lunkit/pdu'
import { type LoginParameters, ramdisk } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { manyInFlight } from './harness/in-flight.ts'
import { failing } from './harness/layered.ts'
import { pattern } from './harness/pattern.ts'
import { answerR2t, r2tFor, read10, ready, write10 } from './harness/raw-disk.ts'
import type { RawSession } from './harness/raw-session.ts'
import { TestServer } from './harness/test-server.ts'

const KIB = 1024
const DISK_BYTES = 4096 * KIB
const WRITE_BYTES = 8 * KIB
const data = pattern(WRITE_BYTES, { seed: 1 })
const parameters: LoginParameters = { InitialR2T: true, ImmediateData: true, MaxBurstLength: 4 * KIB }

async function serve() {
  const disk = failing(ramdisk({ sizeBytes: DISK_BYTES }))
  const test = await TestServer.serve({ luns: [disk.storage], parameters })
  const session = await test.raw({ offers: parameters })
  await ready(session)
  return { session, faults: disk.faults, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() }
}

type Served = Awaited<ReturnType<typeof serve>>

const writing = (session: RawSession) => session.command({ cdb: write10(0, WRITE_BYTES), write: WRITE_BYTES })

/** A function for tasks that wait for data, which then comes. */
const managed = (name: keyof typeof TaskManagementFunction, answer: string) => async (session: RawSession) => {
  const tag = writing(session)
  const r2t = await r2tFor(session, tag)
  const asked = session.manage({ function: TaskManagementFunction[name], referencedTaskTag: tag })
  answerR2t(session, r2t, data)
  const code = await session.managed(asked)
  if (name.endsWith('Reset')) await ready(session)
  return expect(String(code)).toBe(answer)
}

/** Data-Out that breaks a rule. */
const breaking = (wrong: object, sense: string) => async (session: RawSession) => {
  const tag = writing(session)
  const { targetTransferTag } = await r2tFor(session, tag)
  session.dataOut(tag, data.subarray(0, 2 * KIB), { targetTransferTag, final: false, ...wrong })
  if (!('final' in wrong)) session.dataOut(tag, data.subarray(0, 0), { targetTransferTag, final: true })
  expect(await session.outcome(tag)).toBe(sense)
}

const failures: Readonly<Record<string, (session: RawSession, served: Served) => Promise<void>>> = {
  'a Data-Out with a wrong number': breaking({ dataSN: 1 }, 'protocolServiceCrcError'),
  'a Data-Out with a wrong offset': breaking({ bufferOffset: 512 }, 'writeErrorNotEnoughUnsolicitedData'),
  'a Data-Out sequence that ends too early': breaking({ final: true }, 'writeErrorNotEnoughUnsolicitedData'),
  'ABORT TASK of a write that waits for data': managed('abortTask', '0'),
  'ABORT TASK SET': managed('abortTaskSet', '0'),
  'CLEAR TASK SET': managed('clearTaskSet', '0'),
  'LOGICAL UNIT RESET': managed('logicalUnitReset', '0'),
  'TARGET WARM RESET': managed('targetWarmReset', '0'),
  'a write that the store fails': async (session, { faults }) => {
    const heal = faults.fail({ fault: StoreFault.io, operations: [StoreOperation.write] })
    const tag = session.command({ cdb: write10(0, 512), write: 512, data: data.subarray(0, 512) })
    expect(await session.outcome(tag)).toBe('writeError')
    heal()
  },
  'a read that the store fails': async (session, { faults }) => {
    const heal = faults.fail({ fault: StoreFault.io, operations: [StoreOperation.read] })
    expect(await session.outcome(session.command({ cdb: read10(0, 512), read: 512 }))).toBe('unrecoveredReadError')
    heal()
  },
  'a write beyond the end': async session => {
    const what = { cdb: write10(DISK_BYTES / 512, 512), write: 512, data: data.subarray(0, 512) }
    expect(await session.outcome(session.command(what))).toBe('logicalBlockAddressOutOfRange')
  },
  'a command whose tag is in use': async session => {
    const tag = writing(session)
    const r2t = await r2tFor(session, tag)
    session.command({ cdb: read10(0, 512), read: 512 }, { initiatorTaskTag: tag, immediate: true })
    await session.expect(Reject)
    answerR2t(session, r2t, data)
    answerR2t(session, await r2tFor(session, tag), data)
    expect(await session.outcome(tag)).toBe('good')
  },
  'immediate data that was too long': async session => {
    const what = { cdb: write10(0, 512), write: 512, data: data.subarray(0, 1024) }
    expect(await session.outcome(session.command(what))).toBe('writeErrorUnexpectedUnsolicitedData')
  },
}

describe('after', () => {
  it.each(Object.keys(failures))('%s, again and again, a dozen commands in flight go right', async name => {
    await using served = await serve()
    for (let round = 0; round < 3; round++) {
      await failures[name]?.(served.session, served)
      expect(await manyInFlight(served.session, 1000)).toBe(24)
    }
  })
})
