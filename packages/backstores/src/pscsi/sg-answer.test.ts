import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errno } from '../native/errno.ts'
import { DeviceFailure } from '../store/scsi-device.ts'
import { answerOf, failureOfCall } from './sg-answer.ts'
import type { SgResult } from './sg-header.ts'

const fine: SgResult = { status: 0, hostStatus: 0, driverStatus: 0, sense: new Uint8Array(0), residual: 0 }
const results = fc.record<SgResult>({
  status: fc.nat(0xff),
  hostStatus: fc.nat(0xffff),
  driverStatus: fc.nat(0xffff),
  sense: fc.uint8Array({ maxLength: 252 }),
  residual: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
})

describe('what the driver says of a command', () => {
  it('is GOOD only where host adapter and driver have nothing against it, whatever they say', () => {
    fc.assert(
      fc.property(results, fc.nat(1 << 20), (result, lengthBytes) => {
        const answer = answerOf(result, lengthBytes)
        const isGood = answer.failure === undefined && answer.status === 0
        const isFine = [0, 0x0a].includes(result.hostStatus) && [0, 8].includes(result.driverStatus & 0x0f)
        expect(isGood).toBe((result.status & 0x7e) === 0 && isFine)
      }),
    )
  })

  it('has a residual from nothing to all of the data', () => {
    fc.assert(
      fc.property(results, fc.nat(1 << 20), (result, lengthBytes) => {
        const { residualBytes } = answerOf(result, lengthBytes)
        expect(residualBytes).toBeGreaterThanOrEqual(0)
        expect(residualBytes).toBeLessThanOrEqual(lengthBytes)
      }),
    )
  })

  it('is the status and the sense data of the device as they came', () => {
    const sense = Uint8Array.of(0x70, 0, 3, 0, 0, 0, 0, 10)
    expect(answerOf({ ...fine, status: 2, sense, driverStatus: 8, residual: 512 }, 4096)).toEqual({
      ...{ failure: undefined, status: 2, residualBytes: 512 },
      sense,
    })
  })

  it('is the status of the device also where the host adapter tells it in its own words', () => {
    expect(answerOf({ ...fine, status: 0x18, hostStatus: 0x11 }, 0)).toMatchObject({ failure: undefined, status: 0x18 })
  })

  it.each([
    [0x01, DeviceFailure.gone],
    [0x02, DeviceFailure.busy],
    [0x03, DeviceFailure.timedOut],
    [0x05, DeviceFailure.aborted],
    [0x06, DeviceFailure.damaged],
    [0x07, DeviceFailure.host],
    [0x08, DeviceFailure.aborted],
    [0x11, DeviceFailure.reserved],
    [0x12, DeviceFailure.noMemory],
    [0xff, DeviceFailure.host],
  ])('is a failure where the host adapter says %i', (hostStatus, failure) => {
    expect(answerOf({ ...fine, hostStatus }, 0).failure).toBe(failure)
  })

  it.each([
    [0x06, DeviceFailure.timedOut],
    [0x01, DeviceFailure.busy],
    [0x16, DeviceFailure.timedOut],
    [0x03, DeviceFailure.host],
  ])('is a failure where the driver says %i', (driverStatus, failure) => {
    expect(answerOf({ ...fine, driverStatus }, 0).failure).toBe(failure)
  })

  it.each([
    [errno.ENODEV, DeviceFailure.gone],
    [errno.EINVAL, DeviceFailure.refused],
    [errno.ENOMEM, DeviceFailure.noMemory],
    [errno.EINTR, DeviceFailure.host],
  ])('is a failure where the call ends with error %i', (number, failure) => {
    expect(failureOfCall(number)).toBe(failure)
  })
})
