import { expect, it } from 'vitest'
import { ControlFault } from './control-fault.ts'

it.each([
  [
    { what: 'is not there', where: '/iscsi/a', right: 'a path of the tree', nearest: '/iscsi/b' },
    '/iscsi/a is not there; right is a path of the tree; there is /iscsi/b',
  ],
  [{ what: 'it is no JSON', right: 'JSON' }, 'it is no JSON; right is JSON'],
])('a fault is told whole, to people and to programs: %j', (options, message) => {
  const fault = new ControlFault('notFound', options)
  const told = { kind: 'notFound', where: '', nearest: null, ...options }
  expect([fault.name, fault.message]).toEqual(['ControlFault', message])
  expect(fault).toMatchObject(told)
  expect(JSON.parse(JSON.stringify(fault))).toEqual(told)
})
