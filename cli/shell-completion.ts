/** What makes bash, zsh and fish ask this program at a TAB: it knows its commands, flags and names better than any script. */

export const shells = ["bash", "zsh", "fish"] as const
export type CompletedShell = (typeof shells)[number]

export function isShell(text: string): text is CompletedShell {
  return (shells as readonly string[]).includes(text)
}

/** The words behind it, the one under the cursor last, are completed; one candidate a line. Listed nowhere. */
export const askFlag = "--complete-words"

/** Candidates end with `=` or `/` where more follows, and then no blank is added. */
const scripts: Readonly<Record<CompletedShell, string>> = {
  bash: `# inngest-repl: completion for bash
_inngest_repl() {
  local candidates
  candidates=$(inngest-repl ${askFlag} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) || return 0
  local IFS=$'\\n'
  COMPREPLY=($candidates)
  if [[ "$candidates" == *= ]]; then compopt -o nospace 2>/dev/null; fi
  # Behind a colon bash completes a word of its own.
  if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions "\${COMP_WORDS[COMP_CWORD]}"; fi
}
complete -o default -F _inngest_repl inngest-repl
`,
  zsh: `#compdef inngest-repl
# inngest-repl: completion for zsh
_inngest_repl() {
  local -a candidates
  candidates=("\${(@f)$(inngest-repl ${askFlag} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -z "$candidates" ]]; then _files; return; fi
  local missed=1
  compadd -Q -S '' -- \${(M)candidates:#*=} && missed=0
  compadd -Q -- \${candidates:#*=} && missed=0
  return missed
}
compdef _inngest_repl inngest-repl
`,
  fish: `# inngest-repl: completion for fish
function __inngest_repl
  set -l words (commandline -opc) (commandline -ct)
  set -l candidates (inngest-repl ${askFlag} $words[2..-1] 2>/dev/null)
  if set -q candidates[1]
    string join \\n -- $candidates
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c inngest-repl -f -a '(__inngest_repl)'
`,
}

export function completionScript(shell: CompletedShell): string {
  return scripts[shell].trimEnd()
}
