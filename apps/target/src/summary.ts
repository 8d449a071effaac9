import { type GroupPlan, type LunPlan, NoticeKind, type ServingPlan } from '@lunkit/config'
import type { JudgedPlan } from './files/judged-files.ts'

/** What comes of a configuration, in numbers. */
export interface Summary {
  /** LUNs that somebody may see. */
  readonly servedLuns: number
  /** LUNs of the file, in TPGs that nobody turned off. */
  readonly lunsInFile: number
  /** Initiators that may log in by an ACL. */
  readonly initiators: number
  /** Access rules by which others may log in. */
  readonly rules: number
  /** Whether any initiator may log in without one. */
  readonly servesAnybody: boolean
}

/** Counts what would be served, and to whom. */
export function summarize({ targets, lunsInFile }: ServingPlan): Summary {
  const groups = targets.flatMap(target => target.groups).filter(({ portals }) => portals.length > 0)
  const named = groups.flatMap(({ acls }) => acls.filter(({ refused }) => refused === undefined))
  return {
    servedLuns: groups.reduce((sum, group) => sum + group.luns.filter(lun => isSeen(group, lun)).length, 0),
    lunsInFile,
    initiators: new Set(named.map(({ initiator }) => initiator)).size,
    rules: groups.reduce((sum, { rules = [] }) => sum + rules.filter(({ refused }) => refused === undefined).length, 0),
    servesAnybody: groups.some(({ demoMode }) => demoMode !== undefined && demoMode.refused === undefined),
  }
}

/** Whether anybody who may log in to a group sees this LUN. */
export function isSeen({ acls, demoMode, rules = [] }: GroupPlan, { storage }: LunPlan): boolean {
  const letIn = [...acls, ...rules, ...(demoMode === undefined ? [] : [demoMode])].filter(
    ({ refused }) => refused === undefined,
  )
  return letIn.some(({ luns }) => luns.some(seen => seen.storage === storage))
}

/** The first line of `--check`: "2 of 3 LUNs would be served, to 1 initiator by name and to any other". */
export function summaryLine(summary: Summary): string {
  const { servedLuns, lunsInFile, initiators, rules, servesAnybody } = summary
  const ruled = rules > 0 ? `those of ${rules} access ${rules === 1 ? 'rule' : 'rules'}` : undefined
  const named = initiators > 0 ? `${initiators} ${initiators === 1 ? 'initiator' : 'initiators'} by name` : undefined
  const others = servesAnybody
    ? named === undefined && ruled === undefined
      ? 'any initiator'
      : 'any other'
    : undefined
  const whom = [named, ruled, others].filter(part => part !== undefined).join(' and to ')
  return `${servedLuns} of ${lunsInFile} LUNs would be served, ${whom === '' ? 'and nobody could log in' : `to ${whom}`}.`
}

/** Kinds of notices that `--strict` does not let pass; the others are as they should be, or lack what LIO's defaults ask for. */
const STRICT: readonly [kind: NoticeKind, words: string][] = [
  [NoticeKind.refused, 'is refused, because it restricts access or protects data'],
  [NoticeKind.wrong, 'is wrong in the file'],
  [NoticeKind.unknown, 'is not known here'],
]

/** Why a configuration would not be served as the file says; none: it would. */
export function shortcomings({ plan, refused }: JudgedPlan): readonly string[] {
  const { servedLuns, lunsInFile, initiators, rules, servesAnybody } = summarize(plan)
  const lost = lunsInFile - servedLuns
  return [
    ...(lunsInFile === 0 ? ['there is no LUN to serve'] : []),
    ...(lost > 0 ? [`${lost} of ${lunsInFile} LUNs would not be served`] : []),
    ...(initiators === 0 && rules === 0 && !servesAnybody ? ['nobody could log in'] : []),
    ...refused.map(({ key }) => `the file of ${key} is no disk`),
    ...plan.targets.flatMap(({ name, groups }) =>
      groups
        .filter(({ portals }) => portals.length === 0)
        .map(({ tag }) => `${name}, portal group ${tag}, has no portal`),
    ),
    ...STRICT.flatMap(([kind, words]) => {
      const places = plan.notices.filter(notice => notice.kind === kind).flatMap(({ paths }) => paths).length
      return places === 0 ? [] : [`in ${places} ${places === 1 ? 'place' : 'places'} something ${words}`]
    }),
  ]
}
