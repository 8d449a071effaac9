import { type CliLine, freeNumber, type LineChoice, mostly, refused } from './cli-line.ts'
import type { CliAcl, CliTpg } from './cli-state.ts'
import { freeStores, STORES } from './storage-lines.ts'
import { ofTpg, someTpg, type TpgPlace } from './target-lines.ts'

/** The names of initiators that lines let in. */
export const INITIATORS: readonly string[] = ['one', 'two'].map(each => `iqn.1994-05.com.redhat:${each}`)
const MOST_LUNS = 4

/** Numbers are given from here, so that those of LUNs in use are never asked for. */
const FIRST_LUN = 1
const NUMBERS = Array.from({ length: MOST_LUNS }, (_, at) => String(FIRST_LUN + at))

function createLun(choice: LineChoice): CliLine {
  const { random, state } = choice
  const place = someTpg(choice, choice.used.fixedLuns)
  const key = mostly(random, freeStores(choice), STORES)
  const luns = place.tpg?.luns ?? {}
  const given = random.once(2) ? random.between(FIRST_LUN, MOST_LUNS) : undefined
  const lun = given ?? freeNumber(luns)
  const line = `${place.path}/luns create /backstores/${key}${given === undefined ? '' : ` ${given}`}`
  if (!(key in state.stores) || lun in luns || Object.values(luns).includes(key)) return refused(line)
  return ofTpg(place, line, tpg => addLun(tpg, lun, key))
}

/** Each ACL gets it by its number, or the least that is free there. */
function addLun(tpg: CliTpg, lun: number, key: string): void {
  tpg.luns[lun] = key
  for (const { mapped } of Object.values(tpg.acls))
    mapped[lun in mapped ? freeNumber(mapped) : lun] = { lun, readOnly: false }
}

function deleteLun(choice: LineChoice): CliLine {
  const { random, used } = choice
  const place = someTpg(choice, choice.used.fixedLuns)
  const there = Object.entries(place.tpg?.luns ?? {}).filter(([, key]) => !used.stores.includes(key))
  const lun = Number(
    mostly(
      random,
      there.map(([number]) => number),
      NUMBERS,
    ),
  )
  const line = `${place.path}/luns delete ${random.once(2) ? lun : `lun${lun}`}`
  if (place.tpg !== undefined && !(lun in place.tpg.luns)) return refused(line)
  return ofTpg(place, line, tpg => {
    delete tpg.luns[lun]
    for (const { mapped } of Object.values(tpg.acls))
      for (const [number, { lun: of }] of Object.entries(mapped)) if (of === lun) delete mapped[Number(number)]
  })
}

function createAcl(choice: LineChoice): CliLine {
  const { random } = choice
  const place = someTpg(choice)
  const initiator = random.pick(INITIATORS)
  const isMapped = !random.once(3)
  const line = `${place.path}/acls create ${initiator}${isMapped ? '' : ' add_mapped_luns=false'}`
  if (place.tpg !== undefined && initiator in place.tpg.acls) return refused(line)
  return ofTpg(place, line, tpg => {
    const luns = isMapped ? Object.keys(tpg.luns).map(Number) : []
    const mapped = Object.fromEntries(luns.map(lun => [lun, { lun, readOnly: false }]))
    tpg.acls[initiator] = { attributes: {}, mapped }
  })
}

interface AclPlace extends TpgPlace {
  readonly initiator: string
  readonly acl: CliAcl | undefined
}

/** One that is there mostly. */
function someAcl(choice: LineChoice): AclPlace {
  const { random, state } = choice
  const there = Object.entries(state.targets).flatMap(([target, tpgs]) =>
    Object.entries(tpgs).flatMap(([tag, { acls }]) => Object.keys(acls).map(each => `${target} ${tag} ${each}`)),
  )
  const absent = someTpg(choice)
  const [target = '', tag = '', initiator = ''] = mostly(random, there, [
    `${absent.target} ${absent.tag} ${random.pick(INITIATORS)}`,
  ]).split(' ')
  const tpg = state.targets[target]?.[Number(tag)]
  const path = `/iscsi/${target}/tpg${tag}`
  return { target, tag: Number(tag), path, tpg, initiator, acl: tpg?.acls[initiator] }
}

/** A line about an ACL, which is refused where that is not there. */
function ofAcl(place: AclPlace, line: string, follow: (acl: CliAcl) => void): CliLine {
  if (place.acl === undefined) return refused(line)
  return ofTpg(place, line, ({ acls }) => {
    const acl = acls[place.initiator]
    if (acl) follow(acl)
  })
}

function deleteAcl(choice: LineChoice): CliLine {
  const place = someAcl(choice)
  const line = `${place.path}/acls delete ${place.initiator}`
  if (place.acl === undefined) return refused(line)
  return ofTpg(place, line, ({ acls }) => void delete acls[place.initiator])
}

function createMapped(choice: LineChoice): CliLine {
  const { random } = choice
  const place = someAcl(choice)
  const mapped = place.acl?.mapped ?? {}
  const number = Number(
    mostly(
      random,
      NUMBERS.filter(each => !(each in mapped)),
      NUMBERS,
    ),
  )
  const lun = Number(mostly(random, Object.keys(place.tpg?.luns ?? {}), ['9']))
  const readOnly = random.once(2)
  const line = `${place.path}/acls/${place.initiator} create ${number} lun${lun}${readOnly ? ' write_protect=true' : ''}`
  if (number in mapped || !(lun in (place.tpg?.luns ?? {}))) return refused(line)
  return ofAcl(place, line, ({ mapped }) => void (mapped[number] = { lun, readOnly }))
}

const mappedNumber = ({ random }: LineChoice, { acl }: AclPlace): number =>
  Number(mostly(random, Object.keys(acl?.mapped ?? {}), ['17']))

function deleteMapped(choice: LineChoice): CliLine {
  const place = someAcl(choice)
  const number = mappedNumber(choice, place)
  const line = `${place.path}/acls/${place.initiator} delete ${number}`
  if (!(number in (place.acl?.mapped ?? {}))) return refused(line)
  return ofAcl(place, line, ({ mapped }) => void delete mapped[number])
}

function protectMapped(choice: LineChoice): CliLine {
  const place = someAcl(choice)
  const number = mappedNumber(choice, place)
  const readOnly = choice.random.once(2)
  const line = `${place.path}/acls/${place.initiator}/mapped_lun${number} write_protect ${readOnly}`
  if (!(number in (place.acl?.mapped ?? {}))) return refused(line)
  return ofAcl(place, line, ({ mapped }) => {
    const changed = mapped[number]
    if (changed) changed.readOnly = readOnly
  })
}

function setAcl(choice: LineChoice): CliLine {
  const { random } = choice
  const place = someAcl(choice)
  const path = `${place.path}/acls/${place.initiator}`
  const value = random.between(5, 20)
  if (random.once(2))
    return ofAcl(
      place,
      `${path} set attribute nopin_timeout=${value}`,
      acl => void (acl.attributes.nopin_timeout = value),
    )
  return ofAcl(place, `${path} set auth userid=user${value}`, acl => void (acl.userid = `user${value}`))
}

function wrongAccess(choice: LineChoice): CliLine {
  const { path, initiator } = someAcl(choice)
  return refused(
    choice.random.pick([
      `${path}/luns create /backstores/ramdisk/none`,
      `${path}/luns create nonsense`,
      `${path}/luns create /backstores/ramdisk/none 16384`,
      `${path}/luns delete lun99`,
      `${path}/luns delete lunatic`,
      `${path}/acls create somebody`,
      `${path}/acls delete ${initiator}.not`,
      `${path}/acls/${initiator} create 0 lun99`,
      `${path}/acls/${initiator} create nothing lun0`,
      `${path}/acls/${initiator} set attribute nopin_timeout=1`,
      `${path}/acls/${initiator} set attribute bogus=1`,
      `${path}/acls/${initiator}/mapped_lun99 write_protect true`,
    ]),
  )
}

/** Lines about who sees what, and how often each is chosen beside the others. */
export const accessLines: readonly (readonly [weight: number, choose: (choice: LineChoice) => CliLine])[] = [
  [14, createLun],
  [4, deleteLun],
  [9, createAcl],
  [2, deleteAcl],
  [9, createMapped],
  [3, deleteMapped],
  [3, protectMapped],
  [2, setAcl],
  [3, wrongAccess],
]
