#compdef kei
# kei for zsh. Put this into a file named _kei in a folder of $fpath, or these lines into ~/.zshrc:
#   autoload -U compinit && compinit
#   source <(kei completion zsh)
_kei() {
  local line kind prefix
  local -a values notes
  {
    IFS= read -r kind
    IFS= read -r prefix
    while IFS= read -r line; do
      values+=("${line%%$'\t'*}")
      notes+=("${line/$'\t'/  }")
    done
  } < <(printf '%s\0' "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" | command kei complete zsh 2>/dev/null)
  [[ $prefix == *= ]] && compset -P '*='
  [[ $prefix == *, ]] && compset -P '*,'
  if [[ $kind == files ]]; then
    _files
  elif (( ${#values} )); then
    compadd -l -d notes -a values
  fi
}
if [[ $funcstack[1] == _kei ]]; then
  _kei "$@"
else
  compdef _kei kei
fi
