# kei for bash 3.2 and later. Put this line into ~/.bashrc:  source <(kei completion bash)
_kei() {
  local line reply
  COMPREPLY=()
  line=${COMP_LINE:0:COMP_POINT}
  while IFS= read -r reply; do
    COMPREPLY[${#COMPREPLY[@]}]=$reply
  done < <(printf '%s\0' "$COMP_WORDBREAKS" "$line" | command kei complete bash 2>/dev/null)
}
complete -o bashdefault -o default -F _kei kei
