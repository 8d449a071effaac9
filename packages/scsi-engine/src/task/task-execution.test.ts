import { Status } from '@lunkit/scsi/transport'
import { expect, it } from 'vitest'
import { hex, TestDevice } from '../testing/device.ts'
import type { UnitEvent } from '../unit/unit-reporter.ts'

const BLOCK = 512

it('the answer of a command that reads no medium waits until its initiator has room for it', () => {
  const inquiry = new TestDevice().nexus().submit({ cdb: hex('12 00 00 00 24 00'), readBytes: 36, slow: true })
  expect([inquiry.ending, inquiry.sent.length]).toEqual([undefined, 0])
  inquiry.makeRoom()
  expect([inquiry.ending, inquiry.sent.length]).toEqual([Status.good, 36])
})

it('an operation of the store that fails is told to the administrator of the unit', () => {
  const told: UnitEvent[] = []
  const device = new TestDevice({ listener: event => told.push(event) })
  device.store.faults.set('read', 'io')
  device.nexus().submit({ cdb: hex('28 00 00000002 00 0001 00'), readBytes: BLOCK })
  expect(told).toMatchObject([{ kind: 'operationFailed', operation: 'read', fault: 'io', offset: 2 * BLOCK, times: 1 }])
})
