import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type LimitSetting, limitSettings } from '@lunkit/config'
import { TARGET_LIMITS, TRANSFER_MEMORY_BYTES } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { readOpenFilesLimit } from '../open-files.ts'
import { limitOptions, withFittingConnections } from './limits.ts'

const PAGE = fileURLToPath(new URL('../../../../docs/operating/limits.md', import.meta.url))

const DEFAULTS = { ...TARGET_LIMITS, transferMemoryBytes: TRANSFER_MEMORY_BYTES }
const defaultOf = (setting: LimitSetting): number => DEFAULTS[limitSettings[setting].sets]

describe('limits in the configuration', () => {
  it('become those of the target; what is not set stays as it is', () => {
    expect(limitOptions({ connections: 7, text_keys: 40 })).toEqual({ limits: { connections: 7, textKeys: 40 } })
    expect(limitOptions({ transfer_memory_bytes: 2 ** 25 })).toEqual({ limits: {}, transferMemoryBytes: 2 ** 25 })
  })

  it('are no more connections than there are descriptors for, which is said', () => {
    const openFiles = readOpenFilesLimit()
    const fitting = openFiles - 64 - 3 * 2
    const lines: string[] = []
    const log = { warn: (_facts: object, text: string) => lines.push(text) } as never
    const enough = { limits: { connections: fitting } }
    expect(withFittingConnections(enough, 3, log)).toBe(enough)
    expect(lines).toEqual([])
    const many = { limits: { connections: fitting + 1, textKeys: 40 } }
    expect(withFittingConnections(many, 3, log)).toEqual({ limits: { connections: fitting, textKeys: 40 } })
    expect(lines).toEqual([
      `${openFiles} files may be open, which leaves ${fitting} connections of ${fitting + 1}; raise LimitNOFILE= or ulimit -n`,
    ])
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
