import './theme.css'
import { mount } from 'svelte'
import { openClient } from '#renderer/client/open-client.ts'
import { Transport } from '#renderer/playback/transport.svelte.ts'
import { Studio } from '#renderer/state/studio.svelte.ts'
import App from './App.svelte'

const target = document.getElementById('app')
if (target !== null) mount(App, { target, props: { studio: new Studio(openClient()), transport: new Transport() } })
