import './theme.css'
import { mount } from 'svelte'
import { openClient } from '#renderer/client/open-client.ts'
import { Transport } from '#renderer/playback/transport.svelte.ts'
import { Studio } from '#renderer/state/studio.svelte.ts'
import App from './App.svelte'

const target = document.getElementById('app')
if (target !== null) {
  const studio = new Studio(openClient())
  // Trouble that nobody caught would otherwise leave a page half drawn without a word. (What the browser itself
  // says about layout carries no error.)
  addEventListener('error', ({ error }) => {
    if (error instanceof Error) studio.notices.fail(error)
  })
  addEventListener('unhandledrejection', ({ reason }) => studio.notices.fail(reason))
  mount(App, { target, props: { studio, transport: new Transport() } })
}
