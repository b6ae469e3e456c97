import { fileURLToPath } from 'node:url'
import jsdoc from 'eslint-plugin-jsdoc'
import svelte from 'eslint-plugin-svelte'
import tseslint from 'typescript-eslint'

const SEE = 'See src-main/README.md.'
const root = fileURLToPath(new URL('.', import.meta.url))
const documentedRooms = ['audio', 'tensor', 'networks', 'corpus', 'generation', 'training', 'performance'].map(
  (room) => `src-main/${room}/**/*.ts`,
)

const ours = {
  'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
  'max-params': ['error', 6],
  'no-console': 'error',
  'no-empty': ['error', { allowEmptyCatch: false }],
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-var': 'error',
  'prefer-const': 'error',
  'no-restricted-syntax': [
    'error',
    { selector: 'TSEnumDeclaration', message: `Node's type stripping knows no enums. ${SEE}` },
    { selector: 'ExportAllDeclaration', message: `No barrels: import the file that is meant. ${SEE}` },
  ],
}

const inEngine = {
  'no-restricted-syntax': [
    ...ours['no-restricted-syntax'],
    {
      selector: "ThrowStatement > NewExpression[callee.name='Error']",
      message: `Throw an EngineError with a code, or use invariant(). ${SEE}`,
    },
  ],
}

export default tseslint.config(
  { ignores: ['node_modules/', 'out/', 'dist/', '.cache/', 'data/', 'runs/', 'resources/', 'models/', 'build/checks/seeded/'] },
  {
    files: ['src-*/**/*.ts', 'test/**/*.ts', 'build/**/*.ts', '*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './build/checks/tsconfig/lint.json', tsconfigRootDir: root } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...ours,
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      // Projects differ in noUncheckedIndexedAccess, so an assertion may be needed in one of them only.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['src-main/**/*.ts'], rules: inEngine },
  { files: ['src-main/hosts/{cli,studio}/**/*.ts', 'build/**', 'test/**', '**/*.test.ts'], rules: { 'no-console': 'off' } },
  {
    files: documentedRooms,
    ignores: ['**/*.test.ts'],
    plugins: { jsdoc },
    rules: {
      'jsdoc/check-param-names': ['error', { checkDestructured: false, disableMissingParamChecks: true }],
      'jsdoc/check-tag-names': ['error', { definedTags: ['source'] }],
      'jsdoc/no-types': 'error',
    },
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      'max-lines': 'off',
      'no-restricted-syntax': ['error', ...ours['no-restricted-syntax'].slice(1)],
    },
  },
  ...svelte.configs['flat/recommended'],
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.svelte'] } },
    // A Map or Set inside a function is a plain tool; state is declared with runes.
    rules: {
      ...ours,
      // Svelte's own knows that props are destructured together.
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { destructuring: 'all' }],
      'svelte/no-at-html-tags': 'error',
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  { files: ['build/**/*.mjs', 'build/**/*.cjs', '*.js'], rules: { ...ours, 'no-console': 'off' } },
)
