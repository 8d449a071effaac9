import { describe, expect, it } from 'vitest'
import { load, UnusableConfiguration } from './configuration.ts'

const loadNamed = (path: string) => load({ path, named: true })

describe('a configuration that cannot be read', () => {
  it('is told in the words of the system where there are no better ones', async () => {
    await expect(loadNamed(`/${'n'.repeat(300)}`)).rejects.toThrow(UnusableConfiguration)
    await expect(loadNamed(`/${'n'.repeat(300)}`)).rejects.toThrow(/ cannot be read: ENAMETOOLONG: name too long/)
  })

  it('is told as what it is where the system was not even asked', async () => {
    await expect(loadNamed('a\0b')).rejects.toThrow(RangeError)
  })
})
