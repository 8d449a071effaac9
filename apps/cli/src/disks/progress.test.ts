import { describe, expect, it } from 'vitest'
import { Progress } from './progress.ts'
import { bytesText, clockText, durationText } from './quantity.ts'

describe('progress', () => {
  it('is shown five times a second, with rate and time left', () => {
    let now = 0
    const shown: string[] = []
    const progress = new Progress({ totalBytes: 1000 * 2 ** 20, show: text => shown.push(text), nowMs: () => now })
    for (now = 50; now <= 1000; now += 50) progress.add(2 ** 20)
    expect(shown).toHaveLength(5)
    expect(shown.at(-1)).toBe('[                        ]   2 % 20 MiB of 1000 MiB, 21.0 MB/s, 0:49 left')
    progress.end()
    expect(shown.at(-1)).toBe('')
  })

  it('says no part where nobody knows the whole', () => {
    const progress = new Progress({ totalBytes: undefined, show: undefined, nowMs: () => 0 })
    progress.add(3 * 2 ** 20)
    expect(progress.text).toMatch(/^3 MiB, /)
  })
})

describe('quantities', () => {
  it.each([
    [bytesText(1000), '1000 bytes'],
    [bytesText(1536), '1.5 KiB'],
    [bytesText(2 ** 40), '1 TiB'],
    [clockText(59.2), '1:00'],
    [clockText(3661), '1:01:01'],
    [durationText(85_000), '85 us'],
    [durationText(1_000_000), '1.00 ms'],
    [durationText(1_234_000), '1.23 ms'],
    [durationText(1_000_000_000), '1.00 s'],
    [durationText(2_500_000_000), '2.50 s'],
  ])('%s is %s', (text, right) => {
    expect(text).toBe(right)
  })
})
