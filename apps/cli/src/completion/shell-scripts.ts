/** What completes the words of lunkit in bash, zsh and fish: each asks `lunkit complete -- WORD ...`, the last of which is being typed. */

/**
 * bash takes `=` and `:` for the ends of words, and puts in only what comes after them; blanks at the end are part of what is put in.
 * Its words are read out of the line again: only there they are whole.
 */
const bash = `# lunkit completion bash: source it, or put it where bash-completion looks (/etc/bash_completion.d).
_lunkit() {
  local line=\${COMP_LINE:0:COMP_POINT} words candidate inserted finished
  read -ra words <<<"$line"
  case $line in *[[:blank:]]) words+=("") ;; esac
  local word=\${words[\${#words[@]}-1]} before=
  case $word in *[=:]*) before=\${word%"\${word##*[=:]}"} ;; esac
  COMPREPLY=()
  while IFS= read -r candidate; do
    finished=
    case $candidate in *" ") finished=" " candidate=\${candidate% } ;; esac
    printf -v inserted %q "\${candidate#"$before"}"
    COMPREPLY+=("$inserted$finished")
  done < <("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -o nospace -o nosort -F _lunkit lunkit
`

const zsh = `#compdef lunkit
# lunkit completion zsh: source it after compinit, or put it into a directory of fpath as _lunkit.
_lunkit() {
  local -a candidates finished open
  candidates=("\${(@f)$(\${(Q)words[1]} complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  finished=("\${(@)\${(@M)candidates:#* }% }")
  open=("\${(@)candidates:#* }")
  open=("\${(@)open:#}")
  (( \${#finished} )) && compadd -Q -- "\${(@q)finished}"
  (( \${#open} )) && compadd -Q -S '' -- "\${(@q)open}"
  (( \${#finished} + \${#open} ))
}
if [[ \${funcstack[1]} == _lunkit ]]; then _lunkit "$@"; else compdef _lunkit lunkit; fi
`

/** fish sets a blank after what ends with none of / = : and others. */
const fish = `# lunkit completion fish: source it, or put it into ~/.config/fish/completions as lunkit.fish.
function __lunkit_candidates
    set -l words (commandline -opc)
    $words[1] complete -- $words[2..] (commandline -ct) 2>/dev/null | string trim --right --chars=' '
end
complete -c lunkit -f -k -a '(__lunkit_candidates)'
`

/** The scripts by the name of the shell that reads them. */
export const shellScripts: Readonly<Record<string, string>> = { bash, zsh, fish }
