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
  asarUnpack: [
    'node_modules/@tensorflow/tfjs-node/**',
    'node_modules/better-sqlite3/**',
    'node_modules/node-web-audio-api/**',
    'models/**',
  ],
  // A file that is opened starts the program, or is handed to the one that runs (hosts/electron).
  fileAssociations: [
    {
      ext: 'fiddlehead',
      name: 'Fiddlehead arrangement',
      description: 'An arrangement with all its sounds',
      mimeType: 'application/x-fiddlehead-arrangement',
      role: 'Editor',
    },
    {
      ext: 'fiddlehead-voice',
      name: 'Fiddlehead voice',
      description: 'A violin trained on somebody’s own recordings',
      mimeType: 'application/x-fiddlehead-voice',
      role: 'Viewer',
    },
  ],
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
    maintainer: 'The Fiddlehead engineers <fiddlehead@localhost.invalid>',
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
    // The prebuilt modules of both processors are in their packages; files that one half alone has are taken over as they are.
    target: [{ target: 'dmg', arch: ['universal'] }],
    mergeASARs: true,
    x64ArchFiles: '**/*.{node,dylib}',
  },
  win: { icon: 'build/packaging/icon.png', target: ['nsis'] },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
}
