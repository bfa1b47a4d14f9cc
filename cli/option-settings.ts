import type { Shell } from "./command.ts"
import { optionNames } from "./config/config.ts"
import type { Configs } from "./config/config-files.ts"

/** What the files say; the project's comes before the user's. */
export function optionsOf({ user, project }: Configs): Readonly<Record<string, string | boolean>> {
  return { ...user.options, ...project.options }
}

/** What `set` can change, as it is, and what made it so: `set`, a file, a flag of the start. */
export function optionSettings({ sessions, defaults, settings }: Shell): {
  name: string
  value: string | null
  source: string
}[] {
  const { user, project } = sessions.configs
  return optionNames.map((name) => {
    const toggled = defaults.toggle(name)
    const value = defaults.text(name) ?? (toggled === undefined ? null : toggled ? "on" : "off")
    return { name, value, source: sourceOf(name, value) }
  })

  function sourceOf(name: string, value: string | null): string {
    if (settings.has(name)) return "set"
    if (value === null) return "default"
    const file = [project, user].find(({ options }) => Object.hasOwn(options, name))
    return file?.path ?? `--${name}`
  }
}
