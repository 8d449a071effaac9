import { ISCSI_PORT } from '../iscsi-port.ts'
import type { JsonObject } from '../json/value.ts'
import { normalizeIscsiName } from '../names.ts'
import { ISCSI_FABRIC } from '../saveconfig.ts'
import { own } from '../schema/kind.ts'
import { tpgParameters } from '../tables/tpg-parameters.ts'
import { freeTag } from '../tags.ts'
import type { Draft } from './draft.ts'
import { objectIn, withoutMember } from './draft.ts'
import { edit, optionalFlag, optionalNumber, optionalText, someText, takesTpg } from './edit.ts'
import { EditError, EditFault } from './edit-error.ts'
import { newTargetName } from './edit-sources.ts'
import { forgetLogins } from './login-place.ts'
import { newIscsiName } from './new-name.ts'
import { forgetOwn } from './own-lists.ts'
import { addPortal, hasPortal } from './portal-place.ts'
import { changeTarget, changeTpg, findTarget, tagsOf, targetAt, tpgAt, tpgsOf } from './target-place.ts'
import type { TpgAt } from './tree-path.ts'
import { normalTpg, treePath } from './tree-path.ts'

/** What targetcli's preferences decide over a new TPG. */
export interface NewTpg {
  readonly auto_add_default_portal?: boolean
  readonly auto_enable_tpgt?: boolean
}

const takesNewTpg = { auto_add_default_portal: optionalFlag, auto_enable_tpgt: optionalFlag } as const

/** Where a TPG is reached that nobody has said anything of. */
const DEFAULT_PORTAL = { host: '0.0.0.0', port: ISCSI_PORT } as const
const MOST_TAG = 65_535

/** What a TPG has that nobody has said anything of: no authentication, as with targetcli, and discovery tells those alone of it who may log in. */
const NEW_TPG_ATTRIBUTES = { authentication: 0, demo_mode_discovery: 0 } as const

/** As targetcli makes a TPG, but for what discovery tells others (docs/decisions/0023): where all TPGs of the target leave the default portal free, with that. */
function addTpg(draft: Draft, at: TpgAt, { auto_add_default_portal = true, auto_enable_tpgt = true }: NewTpg): void {
  const tpg = {
    attributes: NEW_TPG_ATTRIBUTES,
    enable: auto_enable_tpgt,
    luns: [],
    node_acls: [],
    parameters: {},
    portals: [],
    tag: at.tag,
  }
  changeTarget(draft, at.target, target => ({ ...target, tpgs: [...tpgsOf(target, at.target), tpg] }))
  draft.made.push(treePath.tpg(at))
  if (auto_add_default_portal && !hasPortal(draft, at.target, DEFAULT_PORTAL)) addPortal(draft, at, DEFAULT_PORTAL)
}

const tagsIn = (draft: Draft, target: string) => tagsOf(tpgsOf(targetAt(draft, target).object, target))

function checkTag(draft: Draft, { target, tag }: TpgAt): void {
  const path = treePath.tpg({ target, tag })
  if (tag > MOST_TAG)
    throw new EditError(EditFault.invalid, {
      path,
      wrong: `cannot be TPG ${tag}`,
      right: `a number from 0 to ${MOST_TAG}`,
    })
  const tags = tagsIn(draft, target)
  if (tags.includes(tag))
    throw new EditError(EditFault.exists, {
      path,
      wrong: 'exists',
      right: `another tag, such as ${freeTag(tags)}`,
    })
}

function setEnabled(enable: boolean) {
  return (draft: Draft, at: TpgAt): void => {
    const { object } = tpgAt(draft, at)
    if (own(object, 'enable') !== enable) changeTpg(draft, at, tpg => ({ ...tpg, enable }))
  }
}

/** The changes of targets and their TPGs. */
export const targetEdits = {
  createTarget: edit<{ readonly wwn?: string } & NewTpg>(
    'an iSCSI target with TPG 1 and a portal that every IPv4 address leads to; without a name it gets one',
    { wwn: optionalText, ...takesNewTpg },
    (draft, { wwn = newTargetName(draft.sources), ...preferences }) => {
      const name = newIscsiName(wwn, { path: '/iscsi', wrong: `cannot have ${JSON.stringify(wwn)}` })
      const path = treePath.target(name)
      if (findTarget(draft, name) !== undefined)
        throw new EditError(EditFault.exists, { path, wrong: 'exists', right: 'another name' })
      draft.set('targets', [...draft.list('targets'), { fabric: ISCSI_FABRIC, tpgs: [], wwn: name }])
      draft.made.push(path)
      addTpg(draft, { target: name, tag: 1 }, preferences)
    },
  ),
  deleteTarget: edit<{ readonly wwn: string }>(
    'takes a target away with all below it',
    { wwn: someText },
    (draft, { wwn }) => {
      const target = normalizeIscsiName(wwn)
      const { index } = targetAt(draft, target)
      draft.set('targets', withoutMember(draft.list('targets'), index))
      forgetOwn(draft, { target })
      forgetLogins(draft, { target })
    },
  ),
  createTpg: edit<{ readonly target: string; readonly tag?: number } & NewTpg>(
    'a TPG of a target; without a tag it gets the lowest from 1 that is free',
    { target: someText, tag: optionalNumber, ...takesNewTpg },
    (draft, { target: named, tag, ...preferences }) => {
      const target = normalizeIscsiName(named)
      const at = { target, tag: tag ?? freeTag(tagsIn(draft, target)) }
      checkTag(draft, at)
      addTpg(draft, at, preferences)
    },
  ),
  deleteTpg: edit<TpgAt>('takes a TPG away with all below it', takesTpg, (draft, given) => {
    const at = normalTpg(given)
    const { index } = tpgAt(draft, at)
    changeTarget(draft, at.target, target => ({ ...target, tpgs: withTags(target, at.target).toSpliced(index, 1) }))
    forgetOwn(draft, at)
    forgetLogins(draft, at)
  }),
  enableTpg: edit<TpgAt>('serves a TPG', takesTpg, (draft, at) => setEnabled(true)(draft, normalTpg(at))),
  disableTpg: edit<TpgAt>('serves nothing of a TPG', takesTpg, (draft, at) => setEnabled(false)(draft, normalTpg(at))),
  setTargetAlias: edit<{ readonly target: string; readonly alias: string }>(
    'the name of a target for people',
    { target: someText, alias: someText },
    (draft, { target: named, alias }) => {
      const target = normalizeIscsiName(named)
      const { allows, values } = tpgParameters.TargetAlias
      const path = treePath.target(target)
      if (!allows(alias))
        throw new EditError(EditFault.invalid, { path, wrong: 'cannot have that alias', right: values })
      changeTarget(draft, target, object => ({
        ...object,
        tpgs: tpgsOf(object, target).map(tpg => withAlias(tpg as JsonObject, alias, path)),
      }))
    },
  ),
} as const

function withAlias(tpg: JsonObject, alias: string, path: string): JsonObject {
  return { ...tpg, parameters: { ...objectIn(tpg, { key: 'parameters', path }), TargetAlias: alias } }
}

/** The TPGs of a target, each with its tag: without one its place gives it, which another's going must not change. */
function withTags(target: JsonObject, name: string): readonly JsonObject[] {
  const tpgs = tpgsOf(target, name) as readonly JsonObject[]
  const tags = tagsOf(tpgs)
  return tpgs.map((tpg, at) =>
    own(tpg, 'tag') === undefined && tags[at] !== undefined ? { ...tpg, tag: tags[at] } : tpg,
  )
}
