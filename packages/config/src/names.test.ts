import { describe, expect, it } from 'vitest'
import { isIscsiName, normalizeIscsiName } from './names.ts'

describe('normalizeIscsiName', () => {
  it.each([
    ['outer white space and case', ' IQN.2026-11.com.example:Disk\n', 'iqn.2026-11.com.example:disk'],
    ['decomposed letters', 'iqn.2026-11.com.example:bu\u0308ro', 'iqn.2026-11.com.example:b\u00fcro'],
    ['full width', '\uff49\uff51\uff4e.2026-11.com.example:disk', 'iqn.2026-11.com.example:disk'],
    ['colons in naa.', 'naa.50:01:40:5D:14:F2:E6:4A', 'naa.5001405d14f2e64a'],
    ['no prefix', '5001405d14f2e64a', 'naa.5001405d14f2e64a'],
    ['0x for a prefix', '0x5001405d14f2e64a', 'naa.5001405d14f2e64a'],
    ['no prefix of an eui', '0014-05d1-4f2e-64aa', 'eui.001405d14f2e64aa'],
    ['something else', 'disk', 'disk'],
  ])('folds %s', (_what, name, normal) => {
    expect(normalizeIscsiName(name)).toBe(normal)
  })
})

describe('isIscsiName', () => {
  it.each([
    'iqn.2026-11.com.example:disk',
    'naa.5001405d14f2e64a',
    'naa.60014058a03168bc389441381ae00000',
    'EUI.001405D14F2E64AA',
    '5001405d14f2e64a',
  ])('takes %s', name => {
    expect(isIscsiName(name)).toBe(true)
  })

  it.each([
    'disk',
    'iqn.2026-11.com.example:my_disk',
    'iqn.2026-11.com.example:my disk',
    'iqn.2026-11',
    'naa.9001405d14f2e64a',
    'naa.5001405d14f2e64a60014058a03168bc',
    `iqn.2026-11.com.example:${'a'.repeat(223)}`,
    '',
  ])('does not take %j', name => {
    expect(isIscsiName(name)).toBe(false)
  })
})
