import { storeCompliance } from '../compliance/index.ts'
import { createRamdisk } from './ramdisk.ts'

storeCompliance('ramdisk', ({ sizeBytes }) => createRamdisk({ name: 'disk0', sizeBytes }))
