import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { parseConfiguration } from '../document.ts'
import { EditError } from '../edits/edit-error.ts'
import type { EditSources } from '../edits/edit-sources.ts'
import type { EditCall, Edited } from '../edits/edits.ts'
import { applyEdit } from '../edits/edits.ts'
import type { Configuration } from '../saveconfig.ts'
import { editCall } from './edit-calls.ts'

const LIO_FILE = new URL('../../../../test/fixtures/lio/saveconfig.json', import.meta.url)
/** A tree in which most of what edits name is there. */
const TREE = JSON.stringify({
  lunkit: { access_rules: [{ target: 'iqn.2026-11.com.example:a', tag: 1, initiators: '192.0.2.0/24' }] },
  storage_objects: [
    {
      plugin: 'fileio',
      name: 'a',
      dev: '/srv/0',
      size: 1_048_576,
      alua_tpgs: [],
      wwn: '00000000-0000-4000-8000-0000000000aa',
    },
    { plugin: 'ramdisk', name: 'a', size: 1_048_576, alua_tpgs: [], wwn: '00000000-0000-4000-8000-0000000000bb' },
  ],
  targets: [
    {
      fabric: 'iscsi',
      wwn: 'iqn.2026-11.com.example:a',
      tpgs: [
        {
          tag: 1,
          parameters: { AuthMethod: 'CHAP,None' },
          portals: [{ ip_address: '10.0.0.1', port: 3260 }],
          luns: [{ index: 0, storage_object: '/backstores/fileio/a' }],
          node_acls: [{ node_wwn: 'iqn.1994-05.com.redhat:one', mapped_luns: [{ index: 0, tpg_lun: 0 }] }],
        },
      ],
    },
  ],
})
const STARTS: readonly Configuration[] = ['{}', TREE, readFileSync(LIO_FILE, 'utf8')].map(text =>
  parseConfiguration(text),
)

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const member of Object.values(value)) freeze(member)
}

/** What comes of an edit of a document that nobody can change. */
export function edited(configuration: Configuration, call: EditCall, sources: EditSources): Edited | EditError {
  freeze(configuration)
  try {
    return applyEdit(configuration, call, sources)
  } catch (error) {
    if (!(error instanceof EditError)) throw error
    return error
  }
}

/** Some edits, one after another, of one of these. */
export const run = fc.tuple(
  fc.constantFrom(...STARTS),
  fc.array(editCall, { minLength: 5, maxLength: 40, size: 'max' }),
)
