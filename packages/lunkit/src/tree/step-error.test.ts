import { ramdisk, type Step } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { StepError } from './step-error.ts'

const target = 'iqn.2026-11.com.example:a'
const of = { target, tag: 7 } as const
const initiator = 'iqn.2026-11.com.example:host'
const storage = ramdisk({ sizeBytes: 512 })

/** Each kind of step, and what it is about. */
const STEPS: readonly (readonly [Step, string])[] = [
  [{ kind: 'openDisk', disk: 'a', storage }, 'openDisk a'],
  [{ kind: 'openDisk', disk: 'a', storage, target }, 'openDisk a'],
  [{ kind: 'replaceDisk', disk: 'b', replaces: 'a', storage }, 'replaceDisk b'],
  [{ kind: 'clearFault', disk: 'a' }, 'clearFault a'],
  [{ kind: 'closeDisk', disk: 'a' }, 'closeDisk a'],
  [{ kind: 'addTarget', target }, `addTarget ${target}`],
  [{ kind: 'removeTarget', target }, `removeTarget ${target}`],
  [{ kind: 'changeGroup', ...of, settings: {} }, `changeGroup ${target} portal group 7`],
  [
    { kind: 'openPortal', ...of, portal: { host: '192.0.2.1', port: 3260 } },
    `openPortal ${target} portal group 7 192.0.2.1:3260`,
  ],
  [{ kind: 'addAcl', ...of, initiator }, `addAcl ${target} portal group 7 ${initiator}`],
  [{ kind: 'mapLun', ...of, initiator: undefined, lun: 3, disk: 'a' }, `mapLun ${target} portal group 7 LUN 3`],
  [{ kind: 'unmapLun', ...of, lun: 3, initiator }, `unmapLun ${target} portal group 7 ${initiator} LUN 3`],
]

describe('a step that could not be done', () => {
  it.each(STEPS)('says what it is about: %j', (step, words) => {
    const cause = new Error('it cannot be')
    const error = new StepError({ step, error: cause }, [])
    expect(error.message).toBe(`${words}: it cannot be; nothing has changed`)
    expect([error.name, error.step, error.cause, error.notUndone]).toEqual(['StepError', step, cause, []])
  })

  it('says what could not be undone', () => {
    const step: Step = { kind: 'closeDisk', disk: 'a' }
    const { message } = new StepError({ step, error: new Error('no') }, [new Error('this'), 'that'])
    expect(message).toBe('closeDisk a: no; this could not be undone: this; that')
  })
})
