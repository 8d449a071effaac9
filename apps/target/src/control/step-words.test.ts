import type { PlanStep } from '@lunkit/config'
import { describe, expect, it } from 'vitest'
import { stepWords } from './step-words.ts'

const at = { target: 'iqn.a', tag: 3 }
const portal = { host: '::1', port: 3260 }

describe('a step in words', () => {
  it.each([
    [{ kind: 'openDisk', disk: 'fileio/a' }, 'opens fileio/a'],
    [{ kind: 'replaceDisk', disk: 'fileio/a', replaces: 'fileio/a' }, 'opens fileio/a anew'],
    [{ kind: 'replaceDisk', disk: 'fileio/b', replaces: 'fileio/a' }, 'opens fileio/b in place of fileio/a'],
    [{ kind: 'changeDisk', disk: 'fileio/a' }, 'changes fileio/a'],
    [{ kind: 'closeDisk', disk: 'fileio/a' }, 'closes fileio/a'],
    [{ kind: 'addTarget', target: 'iqn.a' }, 'adds iqn.a'],
    [{ kind: 'changeTarget', target: 'iqn.a' }, 'changes iqn.a'],
    [{ kind: 'removeTarget', target: 'iqn.a' }, 'removes iqn.a'],
    [{ kind: 'addGroup', ...at }, 'adds iqn.a tpg3'],
    [{ kind: 'changeGroup', ...at }, 'changes iqn.a tpg3'],
    [{ kind: 'removeGroup', ...at }, 'removes iqn.a tpg3'],
    [{ kind: 'openPortal', ...at, portal }, 'opens [::1]:3260 for iqn.a tpg3'],
    [{ kind: 'closePortal', ...at, portal }, 'closes [::1]:3260 for iqn.a tpg3'],
    [{ kind: 'addAcl', ...at, plan: { initiator: 'iqn.i' } }, 'lets iqn.i in to iqn.a tpg3'],
    [{ kind: 'changeAcl', ...at, plan: { initiator: 'iqn.i' } }, 'changes the access of iqn.i to iqn.a tpg3'],
    [{ kind: 'removeAcl', ...at, initiator: 'iqn.i' }, 'lets iqn.i in no more to iqn.a tpg3'],
    [{ kind: 'setDemoMode', ...at, plan: {} }, 'lets initiators without an ACL in to iqn.a tpg3'],
    [{ kind: 'setDemoMode', ...at }, 'lets initiators without an ACL in no more to iqn.a tpg3'],
    [{ kind: 'mapLun', ...at, disk: 'd', initiator: 'iqn.i', lun: 2 }, 'shows d to iqn.i as LUN 2 of iqn.a tpg3'],
    [
      { kind: 'mapLun', ...at, disk: 'd', lun: 2, writeProtected: true },
      'shows d to initiators without an ACL as LUN 2 of iqn.a tpg3, to be read',
    ],
    [{ kind: 'unmapLun', ...at, initiator: 'iqn.i', lun: 2 }, 'takes LUN 2 of iqn.a tpg3 from iqn.i'],
    [{ kind: 'changeServer' }, 'changes what holds for the whole server'],
  ])('%j %s', (step, words) => {
    expect(stepWords(step as unknown as PlanStep)).toBe(words)
  })
})
