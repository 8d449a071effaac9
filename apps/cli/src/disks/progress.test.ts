import { describe, expect, it } from 'vitest'
import { Progress } from './progress.ts'
import { bytesText, clockText, durationText, exactBytesText, rateText } from './quantity.ts'

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

  it.each([
    [0, 100, 1000, '[                        ]   0 % 0 bytes of 100 bytes, 0.0 MB/s'],
    [50, 100, 1000, '[============            ]  50 % 50 bytes of 100 bytes, 0.0 MB/s, 0:01 left'],
    [100, 100, 1000, '[========================] 100 % 100 bytes of 100 bytes, 0.0 MB/s, 0:00 left'],
    [0, 0, 1000, '0 bytes, 0.0 MB/s'],
    [1e6, undefined, 500, '976.6 KiB, 2.0 MB/s'],
  ])('of %i bytes of %s after %i ms', (bytes, totalBytes, ms, text) => {
    let now = 0
    const progress = new Progress({ totalBytes, show: undefined, nowMs: () => now })
    now = ms
    progress.add(bytes)
    expect(progress.text).toBe(text)
  })

  it('is shown as soon as a fifth of a second has passed, and not before', () => {
    let now = 0
    const shown: string[] = []
    const progress = new Progress({ totalBytes: 1000, show: text => shown.push(text), nowMs: () => now })
    for (now of [199, 200, 399, 400]) progress.add(1)
    expect(shown.map(text => /(\d+) bytes of/.exec(text)?.[1])).toEqual(['2', '4'])
  })

  it('has taken some time, however fast it was', () => {
    expect(new Progress({ totalBytes: 1, show: undefined, nowMs: () => 7 }).seconds).toBe(1e-6)
  })
})

describe('quantities', () => {
  it.each([
    [bytesText(1000), '1000 bytes'],
    [bytesText(0), '0 bytes'],
    [bytesText(1023), '1023 bytes'],
    [bytesText(1024), '1 KiB'],
    [bytesText(1536), '1.5 KiB'],
    [bytesText(2 ** 60), '1024 PiB'],
    [exactBytesText(1023), '1023 bytes'],
    [exactBytesText(1024), '1 KiB (1024 bytes)'],
    [rateText(1_250_000), '1.3 MB/s'],
    [clockText(0), '0:00'],
    [clockText(3599), '59:59'],
    [clockText(3600), '1:00:00'],
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
