/** `npm run package` on the system that the package is for. Needs the network once, for Electron and the packers' tools. */
module.exports = {
  appId: 'org.fiddlehead.studio',
  productName: 'Fiddlehead',
  copyright: 'MIT License, the Fiddlehead engineers',
  directories: { output: 'dist', buildResources: 'build/packaging' },
  // The native modules are Node-API: the same file serves Node and Electron.
  npmRebuild: false,
  asar: true,
  files: [
    'out/**',
    '!out/.built',
    'models/**',
    'resources/**',
    'package.json',
    'LICENSE',
    '!**/*.map',
    '!node_modules/node-*-*/**',
    '!node_modules/better-sqlite3/{deps,src}/**',
    '!node_modules/@tensorflow/tfjs-node-gpu/**',
    '!node_modules/@tensorflow/tfjs-node/{binding,build,build-tmp-*,python,scripts,src}/**',
    '!node_modules/@tensorflow/tfjs-node/deps/{include,nvidia}',
    '!node_modules/@tensorflow/tfjs-node/deps/{include,nvidia}/**',
  ],
  // Shared libraries are found beside the addon, so whole packages lie outside the archive.
  asarUnpack: ['node_modules/@tensorflow/tfjs-node/**', 'node_modules/better-sqlite3/**', 'models/**'],
  electronFuses: {
    // The engine starts its compute process with the shell's own binary.
    runAsNode: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  linux: {
    category: 'AudioVideo',
    icon: 'build/packaging/icon.png',
    synopsis: 'Hum a melody, write a prompt, get a solo violin playing your notes',
    target: ['AppImage', 'deb'],
  },
  mac: {
    category: 'public.app-category.music',
    icon: 'build/packaging/icon.png',
    hardenedRuntime: true,
    gatekeeperAssess: false,
    entitlements: 'build/packaging/entitlements.mac.plist',
    entitlementsInherit: 'build/packaging/entitlements.mac.plist',
    extendInfo: { NSMicrophoneUsageDescription: 'Fiddlehead listens while you hum a melody. The recording stays on this computer.' },
    target: ['dmg'],
  },
  win: { icon: 'build/packaging/icon.png', target: ['nsis'] },
  nsis: { oneClick: false, allowToChangeInstallationDirectory: true },
}
