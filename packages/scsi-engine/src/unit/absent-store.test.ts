import { StoreRequest } from '@lunkit/backstores/store'
import { describe, expect, it } from 'vitest'
import { absentStore } from './absent-store.ts'

describe('the store of a unit without a medium', () => {
  it('has no byte and can do nothing', () => {
    const { sizeBytes, available, rotational, features } = absentStore
    expect({ sizeBytes, available, rotational, features }).toEqual({
      sizeBytes: 0,
      available: true,
      rotational: true,
      features: {
        write: false,
        discard: false,
        extents: false,
        discardsToZeroes: false,
        discardGranularityBytes: 0,
        writeBack: false,
      },
    })
  })

  it('fails at once whatever it is asked for', () => {
    const request = new StoreRequest({ completed: () => expect.unreachable() })
    expect(absentStore.submit(request)).toBe(true)
    expect(request.fault).toBe('gone')
  })

  it('has nothing to check, to resize, to tell or to close', async () => {
    absentStore.listen(() => expect.unreachable())()
    expect([await absentStore.resize(4096), absentStore.clearFault()]).toEqual(['unsupported', 'none'])
    expect([await absentStore.checkSize(), await absentStore.close()]).toEqual([undefined, undefined])
  })
})
