import { parseConfiguration, planServing } from '@lunkit/config'
import { expect, it } from 'vitest'
import { saveConfig } from '../testing/save-config.ts'
import { type DiskSerial, SerialOrigin } from './found-serials.ts'
import { PlansInForce } from './plan-serials.ts'

const GIVEN = '245a36c0-d927-482f-a8a8-d76bbaaf75ba'

function serials(made: string | undefined) {
  const serial = (of: string | undefined): DiskSerial => ({ serial: of, origin: SerialOrigin.kept })
  return new Map([
    ['ramdisk/given', serial(GIVEN)],
    ['ramdisk/made', serial(made)],
  ])
}

it('a plan has the same disks as long as they have the same serial numbers', () => {
  const plan = planServing(
    parseConfiguration(
      saveConfig([
        { plugin: 'ramdisk', name: 'given', size: 512, wwn: GIVEN },
        { plugin: 'ramdisk', name: 'made', size: 512 },
      ]),
    ),
  )
  const plans = new PlansInForce()
  const [first, again, other, none] = ['a', 'a', 'b', undefined].map(made => plans.of(plan, serials(made)).storage)
  expect([first, other, none].map(disks => disks?.map(({ unit }) => unit.serial))).toEqual([
    [GIVEN, 'a'],
    [GIVEN, 'b'],
    [GIVEN, undefined],
  ])
  expect(again?.map((disk, at) => disk === first?.[at])).toEqual([true, true])
  expect(other?.map((disk, at) => disk === first?.[at])).toEqual([true, false])
})
