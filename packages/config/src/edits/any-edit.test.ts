import { ChapSecret } from '@lunkit/pdu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { difference } from '../difference/difference.ts'
import { checkConfiguration, formatConfiguration, parseConfiguration } from '../document.ts'
import { Planner, planServing } from '../plan/plan.ts'
import type { Configuration } from '../saveconfig.ts'
import { asJson } from '../saveconfig.ts'
import { countingSources } from '../testing/edit-calls.ts'
import { edited, run } from '../testing/edit-runs.ts'
import { ServedModel } from '../testing/served-model.ts'
import { EditError, EditFault } from './edit-error.ts'
import type { EditArguments, EditCall } from './edits.ts'
import { applyEdit, edits } from './edits.ts'

const FAULTS: readonly string[] = Object.values(EditFault)
const FOUND = { secret: new ChapSecret('a secret') }
const wrongIn = (configuration: Configuration) =>
  planServing(configuration, () => FOUND).notices.filter(({ kind }) => kind === 'wrong')

describe('any edits, one after another,', () => {
  it('change no document that they are given and leave one that can be served, written and read', () => {
    fc.assert(
      fc.property(run, ([start, calls]) => {
        const sources = countingSources()
        const refused: EditError[] = []
        let configuration = start
        for (const call of calls) {
          const after = edited(configuration, call, sources)
          if (after instanceof EditError) {
            refused.push(after)
            continue
          }
          configuration = after.configuration
          checkConfiguration(asJson(configuration))
          expect(wrongIn(configuration)).toEqual([])
        }
        expect(parseConfiguration(formatConfiguration(configuration))).toEqual(configuration)
        expect(refused.filter(({ fault, path }) => !FAULTS.includes(fault) || !path.startsWith('/'))).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  it('are of every kind, each done and each refused', () => {
    const outcomes = new Set<string>()
    for (const [start, calls] of fc.sample(run, { seed: 4, numRuns: 800 })) {
      const sources = countingSources()
      let configuration = start
      for (const call of calls) {
        const after = edited(configuration, call, sources)
        outcomes.add(`${call.name} ${after instanceof EditError ? 'refused' : 'done'}`)
        if (!(after instanceof EditError)) configuration = after.configuration
      }
    }
    const expected = Object.keys(edits).flatMap(name => [`${name} done`, `${name} refused`])
    expect(expected.filter(outcome => !outcomes.has(outcome))).toEqual(['clear refused'])
  })

  it('are planned and applied at the cost of what they change, to the same as from nothing', () => {
    fc.assert(
      fc.property(run, ([start, calls]) => {
        const sources = countingSources()
        const planner = new Planner()
        let configuration = start
        let plan = planner.plan(configuration)
        const model = ServedModel.of(plan)
        for (const call of calls) {
          const after = edited(configuration, call, sources)
          if (after instanceof EditError) continue
          configuration = after.configuration
          const next = planner.plan(configuration)
          for (const step of difference(plan, next)) model.apply(step)
          plan = next
        }
        expect({ ...plan }).toEqual({ ...planServing(configuration) })
        expect(model).toEqual(ServedModel.of(plan))
      }),
      { numRuns: 80 },
    )
  })
})

/** What takes away what an edit has made. */
type Opposites = { readonly [C in EditCall as C['name']]?: (given: never) => EditCall | undefined }

const opposites: Opposites = {
  createFileio: ({ name }: { name: string }) => storage(`fileio/${name}`),
  createRamdisk: ({ name }: { name: string }) => storage(`ramdisk/${name}`),
  createBlock: ({ name }: { name: string }) => storage(`block/${name}`),
  createPscsi: ({ name }: { name: string }) => storage(`pscsi/${name}`),
  createAluaGroup: (given: { storage_object: string; name: string }) => ({
    name: 'deleteAluaGroup',
    given: { storage_object: given.storage_object, name: given.name },
  }),
  createTarget: ({ wwn }: { wwn?: string }) =>
    wwn === undefined ? undefined : { name: 'deleteTarget', given: { wwn } },
  createTpg: ({ target, tag }: { target: string; tag?: number }) =>
    tag === undefined ? undefined : { name: 'deleteTpg', given: { target, tag } },
  createAcl: ({ target, tag, wwn }: { target: string; tag: number; wwn: string }) => ({
    name: 'deleteAcl',
    given: { target, tag, initiator: wwn },
  }),
  createPortal: ({ target, tag, ip_address = '0.0.0.0', ip_port = 3260 }: EditArguments<'createPortal'>) => ({
    name: 'deletePortal',
    given: { target, tag, ip_address, ip_port },
  }),
  createLun: ({ target, tag, lun }: { target: string; tag: number; lun?: number }) =>
    lun === undefined ? undefined : { name: 'deleteLun', given: { target, tag, lun } },
}

const storage = (storage_object: string): EditCall => ({ name: 'deleteStorageObject', given: { storage_object } })

describe('what an edit has made, and its opposite takes away,', () => {
  it('leaves the document as it was', () => {
    fc.assert(
      fc.property(run, ([start, calls]) => {
        const sources = countingSources()
        let configuration = start
        for (const call of calls) {
          const after = edited(configuration, call, sources)
          if (after instanceof EditError) continue
          const opposite = opposites[call.name]?.(call.given as never)
          const before = configuration
          configuration = after.configuration
          if (opposite === undefined) continue
          expect(filled(applyEdit(configuration, opposite, sources).configuration)).toEqual(filled(before))
        }
      }),
      { numRuns: 100 },
    )
  })
})

/** With the lists and settings that an edit makes where there are none. */
function filled(configuration: Configuration): object {
  return { storage_objects: [], targets: [], lunkit: {}, ...(configuration as object) }
}
