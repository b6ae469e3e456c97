import { expect, it } from 'vitest'
import { toCaptureError } from './capture-error.ts'

it.each([
  ['NotFoundError', 'MICROPHONE_MISSING'],
  ['NotAllowedError', 'MICROPHONE_DENIED'],
  ['NotReadableError', 'MICROPHONE_BUSY'],
])('calls %s %s', (name, code) => expect(toCaptureError(new DOMException('', name)).code).toBe(code))

it('takes a browser without media devices for one without a microphone', () =>
  expect(toCaptureError(new TypeError('mediaDevices is undefined')).code).toBe('MICROPHONE_MISSING'))
