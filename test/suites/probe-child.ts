/** A forked process that serves the probe api. */
import { createProcessPort } from '#rpc/process-port.ts'
import { serve } from '#rpc/serve.ts'
import { createProbeApi } from './probe-api.ts'

const { api, pushes } = createProbeApi()
const port = createProcessPort({
  send: (message) => process.send?.(message),
  onMessage: (listener) => void process.on('message', listener),
  onEnd: (listener) => void process.on('disconnect', listener),
  end: () => process.disconnect(),
})
serve(port, api, { pushes })
