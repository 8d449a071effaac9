import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type LimitSetting, limitSettings } from '@lunkit/config'
import { TARGET_LIMITS, TRANSFER_MEMORY_BYTES } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { limitOptions } from './limits.ts'

const PAGE = fileURLToPath(new URL('../../../../docs/operating/limits.md', import.meta.url))

const DEFAULTS = { ...TARGET_LIMITS, transferMemoryBytes: TRANSFER_MEMORY_BYTES }
const defaultOf = (setting: LimitSetting): number => DEFAULTS[limitSettings[setting].sets]

describe('limits in the configuration', () => {
  it('become those of the target; what is not set stays as it is', () => {
    expect(limitOptions({ connections: 7, text_keys: 40 })).toEqual({ limits: { connections: 7, textKeys: 40 } })
    expect(limitOptions({ transfer_memory_bytes: 2 ** 25 })).toEqual({ limits: {}, transferMemoryBytes: 2 ** 25 })
  })

  it('allow what holds without them', () => {
    for (const [setting, { least, most }] of Object.entries(limitSettings)) {
      expect(defaultOf(setting as LimitSetting)).toBeGreaterThanOrEqual(least)
      expect(defaultOf(setting as LimitSetting)).toBeLessThanOrEqual(most)
    }
  })

  it('are all in the manual, with their defaults and ranges', () => {
    const rows = readFileSync(PAGE, 'utf8').split('\n')
    for (const [setting, { least, most, meaning }] of Object.entries(limitSettings))
      expect(rows).toContainEqual(
        expect.stringMatching(
          new RegExp(
            `^\\| \`${setting}\` \\| ${defaultOf(setting as LimitSetting)} \\| ${least} to ${most} \\| ${meaning} \\|`,
          ),
        ),
      )
  })
})
