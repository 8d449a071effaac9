import type { DiskServer } from 'lunkit'
import type { ProgramDisk, ProgramModel } from './program-model.ts'

/** What is compared of a program and its model. */
interface ProgramView {
  /** By serial number. */
  readonly disks: readonly string[]
  /** By name; null where there is none. */
  readonly targets: Readonly<Record<string, unknown>>
}

/** What a program is to say of itself; `names` are those that targets may have. */
export function rightView({ disks, targets }: ProgramModel, names: readonly string[]): ProgramView {
  const entries = names.map(name => {
    const target = targets.get(name)
    if (!target) return [name, null]
    const { luns, initiators, hosts } = target
    const each = [...luns].map(([lun, { disk, writeProtected }]) => ({ lun, ...diskView(disk), writeProtected }))
    return [name, { luns: each.sort(byLun), initiators: [...initiators].sort(), hosts: [...hosts].sort() }]
  })
  return { disks: disks.map(({ serial }) => serial).sort(), targets: Object.fromEntries(entries) }
}

/** What it says. */
export function viewOf(server: DiskServer, names: readonly string[]): ProgramView {
  const entries = names.map(name => {
    const target = server.target(name)
    if (!target) return [name, null]
    const luns = target.luns.map(({ lun, disk: { store, unit }, writeProtected }) => {
      const { sizeBytes } = store
      return { lun, ...diskView({ ...unit.identity, sizeBytes, attributes: unit.attributes }), writeProtected }
    })
    const hosts = target.portals.map(({ host }) => host)
    return [name, { luns, initiators: target.initiators.toSorted(), hosts: hosts.sort() }]
  })
  const serials = [...server.disks].map(({ unit }) => unit.identity.serial)
  return { disks: serials.sort(), targets: Object.fromEntries(entries) }
}

function diskView({ serial, sizeBytes, attributes }: Pick<ProgramDisk, 'serial' | 'sizeBytes' | 'attributes'>): object {
  const { emulateCaw, emulateFuaWrite, emulateTpu } = attributes
  return { serial, sizeBytes, emulateCaw, emulateFuaWrite, emulateTpu }
}

const byLun = (one: { readonly lun: number }, other: { readonly lun: number }): number => one.lun - other.lun
