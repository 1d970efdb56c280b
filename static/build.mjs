// Builds static/build/: our style sheets compiled, our scripts and pictures copied, and what the two
// design systems bring ready-made beside them, so that a script can import './govuk-frontend.min.js'
// and a style sheet can name 'images/icon-….svg'. Crown and GDS typeface are not ours to use: they stay out.

import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..')
const modules = join(root, 'node_modules')
const source = join(here, 'src')
const unfinished = join(here, 'build.unfinished')
const built = join(here, 'build')

rmSync(unfinished, { recursive: true, force: true })
mkdirSync(join(unfinished, 'images'), { recursive: true })

const isStyle = name => extname(name) === '.scss'
const isPage = name => isStyle(name) && !basename(name).startsWith('_')

for (const name of readdirSync(source).filter(isPage)) {
  const { css } = compile(join(source, name), { loadPaths: [root, modules], style: 'compressed', quietDeps: true })
  writeFileSync(join(unfinished, `${basename(name, '.scss')}.css`), css)
}
cpSync(source, unfinished, { recursive: true, filter: path => !isStyle(path) })

const govuk = join(modules, 'govuk-frontend', 'dist', 'govuk')
const moj = join(modules, '@ministryofjustice', 'frontend', 'moj')
for (const script of [join(govuk, 'govuk-frontend.min.js'), join(moj, 'moj-frontend.min.js')]) {
  cpSync(script, join(unfinished, basename(script)))
  // A named and missing source map stops the hashing of static files.
  cpSync(`${script}.map`, join(unfinished, `${basename(script)}.map`))
}
const images = join(moj, 'assets', 'images')
for (const name of readdirSync(images).filter(name => /^icon-.*\.svg$/.test(name))) {
  cpSync(join(images, name), join(unfinished, 'images', name))
}

// Only a whole build takes the place of the last one.
rmSync(built, { recursive: true, force: true })
renameSync(unfinished, built)
