import { ScsiError, Sense, Status } from '@lunkit/initiator'
import { encodeSense } from '@lunkit/scsi'
import { ramdisk } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { oddSession } from './testing/odd-units.ts'
import { ServedDisk, SIZE } from './testing/served-disk.ts'
import { unitFacts } from './unit-facts.ts'

let served: ServedDisk
beforeAll(async () => {
  served = await ServedDisk.open([ramdisk({ sizeBytes: SIZE })])
})
afterAll(() => served.close())

/** The facts of a unit that ends every INQUIRY of a page with an error. */
async function factsWith(error: Error) {
  await using session = await oddSession(served.url(), [{ pagesFail: error }])
  return await unitFacts(session.lun(0), {})
}

const refusal = (code: Parameters<typeof encodeSense>[0]['code']) =>
  new ScsiError('INQUIRY', Status.checkCondition, encodeSense({ code }, false))

describe('a unit', () => {
  it('without pages has the facts that are left', async () => {
    const facts = await factsWith(refusal(Sense.invalidFieldInCdb))
    expect(facts).toMatchObject({ pages: [], serial: undefined, designators: [], limits: undefined })
    expect(facts.capacity?.blocks).toBe(SIZE / 512)
  })

  it.each([refusal(Sense.internalTargetFailure), new Error('gone')])(
    'has none where it fails otherwise: %s',
    async error => {
      await expect(factsWith(error)).rejects.toBe(error)
    },
  )
})
