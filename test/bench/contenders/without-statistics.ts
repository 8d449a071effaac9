/**
 * Loaded before lunkitd (`--import`): all counting and all looks at the clock for it are taken out. What V8 compiles of them is
 * empty, as if they had never been written.
 */
import { Block, Clock, declare, type Row, RowPair } from '@lunkit/statistics'

const nothing = (): void => {}
const noTime = (): number => 0

const metrics = { nothing: { kind: 'counter', unit: 'nothing', help: 'nothing' } } as const
const row = new Block(declare({ name: 'nothing', labels: [], metrics })).row({})
const rows = Object.getPrototypeOf(row) as Row
Object.assign(rows, { add: nothing, observe: nothing, set: nothing })
Object.assign(RowPair.prototype, { add: nothing, observe: nothing })
Object.assign(Clock.prototype, { now: noTime, read: noTime, readSince: noTime })
