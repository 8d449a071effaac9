import { documentChanges, NoSuchPath, parseConfiguration } from '@lunkit/config'
import { type Step, StepError } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { UnusableConfiguration } from '../configuration.ts'
import { NoConfigurationFile } from '../live/configuration-file.ts'
import { LostChanges } from '../live/lost-changes.ts'
import { FixedSetting } from '../serving/fixed-setting.ts'
import { ServingEnds } from '../serving/serving-ends.ts'
import { TooManyPreferences } from '../state/kept-preferences.ts'
import { StateUnusable } from '../state/state-directory.ts'
import { serviceFault } from './service-fault.ts'

const disk = { storage_objects: [{ plugin: 'ramdisk', name: 'a', size: 512 }] }
const changes = documentChanges(parseConfiguration('{}'), parseConfiguration(JSON.stringify(disk)))

describe('what a client is told', () => {
  it.each([
    [
      new NoSuchPath('/iscsi/x', '/iscsi'),
      'notFound',
      '/iscsi/x is not there; right is a path that is; there is /iscsi',
    ],
    [
      new LostChanges('what is served was changed', changes, 'save it'),
      'conflict',
      'what is served was changed: /backstores/ramdisk/a is new; right is save it',
    ],
    [
      new UnusableConfiguration(['/c.json: a', '/c.json: b']),
      'refused',
      '/c.json: a (and 1 more); right is a file that can be served',
    ],
    [
      new NoConfigurationFile(),
      'refused',
      'what is served stands in no file; right is to start lunkitd with a configuration',
    ],
    [new FixedSetting('lunkit.x', { what: 'is 1', right: '2' }), 'refused', 'lunkit.x is 1; right is 2'],
    [new TooManyPreferences('too many', 'fewer'), 'refused', 'too many; right is fewer'],
    [new ServingEnds(), 'busy', 'lunkitd is ending; right is to ask when it runs again'],
    [new StateUnusable('it is full'), 'failed', 'it is full; right is a state directory that can be written'],
  ])('of %s', (error, kind, message) => {
    expect(serviceFault(error)).toMatchObject({ kind, message })
  })

  it.each([
    [{ kind: 'openDisk', disk: 'fileio/a' }, '/backstores/fileio/a'],
    [{ kind: 'addTarget', target: 'iqn.a' }, '/iscsi/iqn.a'],
    [{ kind: 'addGroup', target: 'iqn.a', tag: 2 }, '/iscsi/iqn.a/tpg2'],
    [{ kind: 'changeServer' }, '/'],
  ])('of a step that cannot be done, %j, is where that is: %s', (step, where) => {
    const error = new StepError({ step: step as unknown as Step, error: new Error('it is full') }, [])
    expect(serviceFault(error)).toMatchObject({ kind: 'refused', where, what: 'cannot be served: it is full' })
  })

  it('of a bug is nothing here', () => {
    expect(serviceFault(new TypeError('x is undefined'))).toBeUndefined()
  })
})
