/** Disks come, grow and go while an initiator is logged in: it is told, and sees them without logging in again. */
import { connect, createTarget, ramdisk } from 'lunkit'

const MIB = 1024 * 1024
await using target = await createTarget({ luns: [ramdisk({ sizeBytes: 16 * MIB })] })
await using session = await connect({
  ...target.address,
  listener: { attention: ({ lun, name }) => console.log(`LUN ${lun}: ${name}`) },
})
await session.unit.ready()
console.log(await session.unit.reportLuns())

const { lun } = await target.addLun(ramdisk({ sizeBytes: 32 * MIB }))
await session.unit.read(0, 1)
console.log(await session.unit.reportLuns())

await session.lun(lun).ready()
await target.resizeLun(lun, 64 * MIB)
await session.lun(lun).ready()
console.log((await session.lun(lun).readCapacity()).blocks)

await target.removeLun(lun)
console.log(await session.unit.reportLuns())
